/*
 * Records: what travels on the two pipes between the screen's process and
 * the receiver. Pure framing; tui/shared/duct does the reading and writing.
 *
 *   length u16 (of what follows) | type u8 | window u16 | body
 *
 * The window is that of the room which a record is about; of the session it is
 * the first one, 0.
 */
#ifndef TUI_SHARED_RECORD_H
#define TUI_SHARED_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/pieces.h"
#include "tui/shared/record_denial.h"
#include "tui/shared/record_devices.h"
#include "tui/shared/record_person.h"
#include "tui/shared/record_room.h"
#include "tui/shared/record_state.h"
#include "tui/shared/record_type.h"

enum {
	RECORD_TEXT = PIECES_TEXT_BYTES,	/* longest message */
	RECORD_BYTES = RECORD_TEXT + 64,
	RECORD_SHORT_BYTES = 4096,
	RECORD_PATH = 1024,	/* longest path that is told */
	RECORD_KNOWN = 8192	/* own lines that are known again, at most */
};

enum { RECORD_SENT = 1 << 0, RECORD_BEHIND = 1 << 1, RECORD_PASSED = 1 << 2 };
enum {			/* of REFUSED */
	RECORD_MUTED = 1 << 0,
	RECORD_CROWDED = 1 << 1,
	RECORD_ASTRAY = 1 << 2
};

enum { RECORD_NOR_OTHERS = 1 };	/* of DENIED, where nobody answers: nor does
				 * any other of the room's servers */

struct record {
	enum record_type type;
	uint16_t	 window;
	uint64_t	 id;
	enum entry_kind	 kind;
	uint32_t	 flags;
	enum record_denial denial;
	const char	*text;		/* a view */
	size_t		 text_len;
	int64_t		 wait_ms;
	struct entry	 entry;		/* views */
	struct record_state state;
};

/* Writes the framed record; returns its bytes, 0 if it would not fit. */
size_t	 record_encode(uint8_t dst[RECORD_BYTES], const struct record *);

enum record_result {
	RECORD_OK,
	RECORD_MORE,		/* the record is not complete yet */
	RECORD_BAD		/* not a record: the other side is broken */
};
/* Reads the record at the start of data. On RECORD_OK *used bytes belong to it
 * and *r holds views into data. */
enum record_result record_decode(const uint8_t *data, size_t len,
	    struct record *r, size_t *used);

#endif
