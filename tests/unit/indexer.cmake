# Tests of indexer, with its private headers.
jw_add_unit(batch jw_indexer_core)
jw_add_unit(file_ids jw_index_kit jw_indexer_core)
