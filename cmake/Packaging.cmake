# What is installed beside the programs, and the Debian package (script/package).
set(JW_DOC_DIR ${CMAKE_INSTALL_DATAROOTDIR}/doc/jianwen)

# The installed settings differ from the defaults in one line: where the index is.
file(READ config/jianwen.conf JW_CONF)
string(REPLACE "\nindex = jianwen-index\n" "\nindex = ${CMAKE_INSTALL_FULL_LOCALSTATEDIR}/lib/jianwen/index\n"
               JW_INSTALLED_CONF "${JW_CONF}")
file(CONFIGURE OUTPUT installed/jianwen.conf CONTENT "${JW_INSTALLED_CONF}" @ONLY ESCAPE_QUOTES)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS config/jianwen.conf)
foreach(unit IN ITEMS jianwen-server jianwen-watch)
  configure_file(config/systemd/${unit}.service.in installed/${unit}.service @ONLY)
  install(FILES ${PROJECT_BINARY_DIR}/installed/${unit}.service DESTINATION lib/systemd/system)
endforeach()

install(FILES ${PROJECT_BINARY_DIR}/installed/jianwen.conf
        DESTINATION ${CMAKE_INSTALL_FULL_SYSCONFDIR}/jianwen)
install(FILES docs/man/jianwen-server.1 docs/man/jianwen-indexer.1
        DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(FILES README.md CHANGELOG.md docs/api.md docs/operations.md docs/third-party.md
              config/nginx.conf config/prometheus-alerts.yml
        DESTINATION ${JW_DOC_DIR})
install(FILES LICENSE DESTINATION ${JW_DOC_DIR} RENAME copyright)
install(DIRECTORY docs/examples DESTINATION ${JW_DOC_DIR} USE_SOURCE_PERMISSIONS)

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME jianwen)
set(CPACK_PACKAGE_CONTACT "The Jianwen developers <jianwen@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "full-text search for Chinese newspaper archives")
set(CPACK_PACKAGING_INSTALL_PREFIX ${CMAKE_INSTALL_PREFIX})
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION database)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# libc-bin: gconv modules for GB18030 and Big5; procps: kill; poppler: PDF files.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "libc-bin, passwd, procps, poppler-utils, poppler-data")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script IN ITEMS postinst prerm postrm conffiles)
  list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/config/debian/${script})
endforeach()
include(CPack)
