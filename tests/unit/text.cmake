jw_add_unit(encoding jw_text)
jw_add_unit(normalize jw_text)
jw_add_unit(tokenizer jw_text)
jw_add_unit(utf8 jw_text)
