/* Takes back the short names of rows_begin.h. */
#undef ALL
#undef SINCE
#undef BETWEEN
#undef NULLABLE
#undef TAG
#undef DEFAULT
#undef STRICT
