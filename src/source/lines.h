/* Lines of an input: LF, CRLF or lone CR, the last one with or without an end; a quoted cell may
 * run over several. */
#ifndef HC_SOURCE_LINES_H
#define HC_SOURCE_LINES_H

#include "source/input.h"

enum { HC_LINE_BYTES_MAX = 1024 * 1024 };

struct hc_line {
    struct hc_slice text; /* without its end; borrowed until the next call */
    uint64_t number;      /* 1-based, of its first physical line */
    bool quoted;          /* has a `"` somewhere */
    const char *refusal;  /* why it is no line (too long, unbalanced quote), or NULL; static */
};

struct hc_lines {
    struct hc_input *_input;
    char *_data;
    size_t _start, _end, _capacity;
    bool _at_end;
    char _break; /* '\n' or '\r'; '\0' until the first is seen */
    uint64_t _number;
    bool _skipping; /* inside a line that was refused as too long */
};

/* `input` is borrowed for the life of the lines. Done frees the buffer. */
void hc_lines_init(struct hc_lines *lines, struct hc_input *input);
void hc_lines_done(struct hc_lines *lines);

/* HC_OK, HC_END, or what the input answers; HC_UNSUPPORTED for UTF-16. */
HC_MUST_USE enum hc_status hc_lines_next(struct hc_lines *lines, struct hc_line *ret,
                                         struct hc_error *error);

#endif
