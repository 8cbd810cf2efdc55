# Run by jw_embed(): INPUT becomes a C array NAME in OUTPUT.
file(READ ${INPUT} hex HEX)
string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
file(
  WRITE ${OUTPUT}
  "#include <stddef.h>\n"
  "extern const unsigned char jw_embedded_${NAME}[];\n"
  "extern const size_t jw_embedded_${NAME}_bytes;\n"
  "const unsigned char jw_embedded_${NAME}[] = {${bytes}};\n"
  "const size_t jw_embedded_${NAME}_bytes = sizeof jw_embedded_${NAME};\n")
