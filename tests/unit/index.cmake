# Tests of lib/xap, lib/index and lib/search, with their private headers.
add_library(jw_index_kit STATIC support/articles.c support/glass_base.c support/model.c
            support/small_index.c)
target_link_libraries(jw_index_kit PUBLIC jw_test_support jw_search jw_glass PkgConfig::ZSTD)
target_include_directories(jw_index_kit PUBLIC ${PROJECT_SOURCE_DIR}/lib/index
                                               ${PROJECT_SOURCE_DIR}/lib/search)

# Xapian 1.4.22's check() deletes a table through a base class of another size,
# which glibc does not mind and AddressSanitizer does.
function(jw_allow_xapian_check test)
  set_tests_properties(${test} PROPERTIES ENVIRONMENT "ASAN_OPTIONS=new_delete_type_mismatch=0")
endfunction()

foreach(name xap chars cursor folder gather index index_faults manifest phrases query record seen sketch snippet suggest
             table text_form)
  jw_add_unit(${name} jw_index_kit)
endforeach()
target_link_options(test_folder PRIVATE LINKER:--wrap=flock)
target_sources(test_phrases PRIVATE support/both_ways.c support/phrase_corpus.c)
jw_add_unit(glass jw_index_kit)
jw_add_unit(glass_reader jw_index_kit)
target_include_directories(test_glass_reader PRIVATE ${PROJECT_SOURCE_DIR}/lib/glass)

# A glass database to be damaged; with lib/glass's private headers.
add_library(jw_glass_kit STATIC support/glass_exercise.c)
target_link_libraries(jw_glass_kit PUBLIC jw_index_kit)
target_include_directories(jw_glass_kit PUBLIC ${PROJECT_SOURCE_DIR}/lib/glass)
jw_add_unit(glass_damage jw_glass_kit)
jw_add_unit(champions jw_glass)
jw_add_unit(ngrams jw_index_kit)
target_sources(test_ngrams PRIVATE support/stretch.c)
target_include_directories(test_ngrams PRIVATE ${PROJECT_SOURCE_DIR}/lib/glass)
jw_allow_xapian_check(unit_glass)
jw_allow_xapian_check(unit_xap)
