/*
 * The frames inside a sealed datagram: one encoder, one decoder, views, no
 * allocation. Pure; both sides of the secure protocol.
 *
 *   frame    type u8 | length varint | body        several per datagram
 *   POST     n varint, n * (id varint, kind u8, flags varint, text string)
 *   POSTED   next id varint, seq of the last varint
 *   ENTRIES  position, n varint, n * entry (common/entry.h)
 *   SYNC     position, credit varint, loss varint, n varint,
 *            n * (gap varint, run varint)
 *   READ     before varint, count varint     before 0: members, from count on
 *   HEAD     position, chain 32, members' version varint
 *   MEMBERS  seq varint, version varint, total varint, offset varint,
 *            n varint, n * (flags u8, name string)
 *   LEAVE    reason string
 *   ERROR    code varint, id varint (0: none), wait ms varint, text string
 *   PING     8 bytes                               PONG the same
 *   WHOIS    name string                           empty: who am I?
 *   PERSON   seq varint, flags u8, since ms varint, key string (0 or 32),
 *            name string                           as after entry seq
 *   PROMPT   nothing                               acknowledge at once
 *   position log id 16, term varint, seq varint    (head, or have in SYNC)
 * and those of common/frame_room.h, frame_person.h and frame_nodes.h.
 *
 * SYNC's ranges say what is held above have: gap missing entries (>= 1; the
 * first 0 or more, where what follows have cannot be taken yet), then a run of
 * held ones (>= 1), and so on upwards; its loss is the share of the
 * server's datagrams that are missing, permille. MEMBERS is a piece of the list
 * as it was after entry seq, what is away counted up to version. A POST of
 * kind RENAME asks for its text as the author's name from then on.
 */
#ifndef COMMON_FRAME_H
#define COMMON_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/entry.h"
#include "common/frame_code.h"
#include "common/wire.h"

enum {
	FRAME_LOG_ID = 16,	/* bytes */
	FRAME_CHAIN = 32,	/* bytes */
	FRAME_PING_BYTES = 8,
	FRAME_KEY_BYTES = 32,
	FRAME_RANGES = 32,	/* the most in one SYNC */
	FRAME_REASON_BYTES = 256,	/* longest text of LEAVE and ERROR */
	FRAME_BODY_BYTES = 16383	/* longest body */
};

enum frame_type {
	FRAME_POST = 1, FRAME_POSTED, FRAME_ENTRIES, FRAME_SYNC, FRAME_READ,
	FRAME_HEAD, FRAME_MEMBERS, FRAME_LEAVE, FRAME_ERROR, FRAME_PING,
	FRAME_PONG, FRAME_WHOIS, FRAME_PERSON, FRAME_PROMPT, FRAME_ROOM,
	FRAME_ENTER, FRAME_ENTERED, FRAME_ASK, FRAME_LIST, FRAME_MARK,
	FRAME_NAME, FRAME_SEAT = 25, FRAME_REKEY, FRAME_NODES,
	FRAME_TYPE_MAX = FRAME_NODES
};

enum frame_member_flags {
	FRAME_MEMBER_AWAY = 1 << 0,
	FRAME_MEMBER_CLASSIC = 1 << 1,	/* unverified: shown as ~name */
	FRAME_MEMBER_ABSENT = 1 << 2,	/* PERSON: nobody of that name */
	FRAME_MEMBER_SELF = 1 << 3,	/* PERSON: the one who asked */
	FRAME_MEMBER_MAX = (1 << 4) - 1
};

struct frame_position {
	uint8_t		 log_id[FRAME_LOG_ID];
	uint64_t	 term;
	uint64_t	 seq;
};

struct frame_post {
	uint64_t	 id;
	enum entry_kind	 kind;
	uint32_t	 flags;
	const char	*text;		/* a view, clean, or sealed */
	size_t		 text_len;
};

struct frame_range {
	uint64_t	 first, last;	/* held, both included */
};

struct frame_member {
	uint8_t		 flags;
	const char	*name;		/* a view, a valid name */
	size_t		 name_len;
};

/* A frame that was read. Which members count is said beside them. */
struct frame {
	enum frame_type	 type;
	uint32_t	 slot, outbox;	/* ROOM ENTER ENTERED; ENTER */
	struct frame_position at;	/* ENTRIES SYNC HEAD ENTER ENTERED */
	uint64_t	 id;		/* POSTED ERROR; ENTER: next; NAME */
	uint64_t	 seq;		/* POSTED MEMBERS PERSON READ LIST */
	uint64_t	 count;		/* READ; how many are in a list */
	uint64_t	 credit;	/* SYNC: datagrams */
	uint64_t	 loss_permille;	/* SYNC */
	uint64_t	 total, offset;	/* MEMBERS LIST; ASK: from there on */
	uint64_t	 version;	/* HEAD MEMBERS */
	uint64_t	 code;		/* ERROR NAME; ASK LIST: what */
	uint64_t	 wait_ms;	/* ERROR */
	uint8_t		 flags;		/* PERSON ENTER ENTERED MARK */
	uint64_t	 since_ms;	/* PERSON: of the JOIN; 0: not known */
	const uint8_t	*bytes;		/* HEAD: chain; PING PONG; PERSON
					 * ENTERED: the key, NULL: none */
	const char	*text;		/* LEAVE ERROR, of rooms: clean;
					 * WHOIS PERSON: a valid name, or "" */
	const char	*token, *former;	/* ENTER */
	size_t		 text_len, token_len, former_len;
	struct wire_in	 list;		/* POST ENTRIES SYNC MEMBERS LIST
					 * MARK NODES */
	uint64_t	 range_end;	/* of the range read last */
};

enum frame_error {
	FRAME_OK,
	FRAME_END,		/* no more frames in this datagram */
	FRAME_TRUNCATED,	/* ends inside a frame, or a bad varint */
	FRAME_TRAILING,		/* bytes behind the body's last field */
	FRAME_OVER_LIMIT,	/* a count or a length over its limit */
	FRAME_BAD_VALUE,	/* a field that cannot be: kind, name, text,
				 * a number of an entry over ENTRY_SEQ_MAX */
	FRAME_BAD_ENTRY		/* an entry that entry_decode refuses */
};

/*
 * Reads the next frame of a known type; unknown ones are skipped. Everything
 * in it, lists too, is checked before FRAME_OK: what the list readers then
 * give needs no further look. Views are valid as long as the datagram is.
 */
enum frame_error frame_next(struct wire_in *, struct frame *);

/* The next of a list; false at its end. Only after FRAME_OK, for that type. */
bool	 frame_next_post(struct frame *, struct frame_post *);
bool	 frame_next_entry(struct frame *, struct entry *);
/* The same, with the entry's encoding, as it stands in the datagram; NULL at
 * the end. */
const uint8_t *frame_next_encoded(struct frame *, struct entry *, size_t *len);
bool	 frame_next_range(struct frame *, struct frame_range *);
bool	 frame_next_member(struct frame *, struct frame_member *);
/* A position, which ENTRIES, SYNC and HEAD begin with; in->failed as ever. */
void	 frame_get_position(struct wire_in *, struct frame_position *);

#endif
