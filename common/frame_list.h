/*
 * The lists that frames have, and their texts: what common/frame looks at
 * before it hands out a frame. Who walks a list afterwards does that by the
 * functions of common/frame.h, frame_room.h, frame_person.h and frame_nodes.h.
 * Pure.
 */
#ifndef COMMON_FRAME_LIST_H
#define COMMON_FRAME_LIST_H

#include <stddef.h>

#include "common/frame.h"

/*
 * Walks the list that begins here with how many there are, of f->type, and
 * leaves f->list at its first item. What is before it in the body was read:
 * f->at of SYNC, f->code of LIST. FRAME_OK: each item is one.
 */
enum frame_error frame_list_check(struct wire_in *, struct frame *);

/* Text that may be empty, of at most max bytes: FRAME_OVER_LIMIT, or
 * FRAME_BAD_VALUE where common/text.h does not find it sound. */
enum frame_error frame_text_check(const char *, size_t len, size_t max);
/* The same of one line, which is not empty. */
enum frame_error frame_line_check(const char *, size_t len, size_t max);

#endif
