/* jsonpath_tree.h: a compiled path, between jsonpath.c, which makes it, and jsonpath_run.c, which follows it. */
#ifndef FORMAT_JSONPATH_TREE_H
#define FORMAT_JSONPATH_TREE_H

#include "format/jsonpath.h"

enum jsonpath_select { SELECT_NAME, SELECT_INDEX, SELECT_SLICE, SELECT_ALL, SELECT_FILTER };

struct jsonpath_selector {
    enum jsonpath_select kind;
    struct str name;                    /* SELECT_NAME */
    int64_t start, end, step;           /* SELECT_INDEX: start; SELECT_SLICE: all */
    bool has_start, has_end;            /* SELECT_SLICE */
    const struct jsonpath_expr *filter; /* SELECT_FILTER */
    const struct jsonpath_selector *next;
};

struct jsonpath_segment {
    bool descend; /* ".." */
    const struct jsonpath_selector *first;
    const struct jsonpath_segment *next;
};

struct jsonpath {
    bool from_item; /* "@", else "$" */
    bool singular;
    const struct jsonpath_segment *first;
};

enum jsonpath_operand_kind { OPERAND_LITERAL, OPERAND_PATH, OPERAND_LENGTH, OPERAND_COUNT, OPERAND_VALUE };

struct jsonpath_operand {
    enum jsonpath_operand_kind kind;
    struct json literal;
    const struct jsonpath *path;       /* OPERAND_PATH, OPERAND_COUNT, OPERAND_VALUE */
    const struct jsonpath_operand *of; /* OPERAND_LENGTH */
};

enum jsonpath_compare { COMPARE_EQ, COMPARE_NE, COMPARE_LE, COMPARE_GE, COMPARE_LT, COMPARE_GT };

enum jsonpath_expr_kind { EXPR_OR, EXPR_AND, EXPR_NOT, EXPR_EXISTS, EXPR_COMPARE };

struct jsonpath_expr {
    enum jsonpath_expr_kind kind;
    const struct jsonpath_expr *first; /* EXPR_OR, EXPR_AND: any number of operands; EXPR_NOT: one */
    const struct jsonpath_expr *next;  /* the next operand of the same OR or AND */
    const struct jsonpath *path;       /* EXPR_EXISTS */
    enum jsonpath_compare op;          /* EXPR_COMPARE */
    struct jsonpath_operand left, right;
};

#endif
