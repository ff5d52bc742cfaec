/*
 * Writing the frames of common/frame.h. Pure.
 */
#ifndef COMMON_FRAME_PUT_H
#define COMMON_FRAME_PUT_H

#include "common/frame_nodes.h"
#include "common/frame_person.h"
#include "common/frame_room.h"

enum {
	FRAME_PAD = 0,		/* a type that nobody knows */
	FRAME_PAD_MIN = 2,
	FRAME_PAD_MAX = 129,
	FRAME_PROMPT_BYTES = 2
};

/*
 * Writing: frame_begin, the body's fields by the wire_put functions and those
 * below, frame_end. What does not fit makes out->failed, as everywhere;
 * save out->len and the flag before, to take a frame back.
 */
size_t	 frame_begin(struct wire_out *, enum frame_type);
void	 frame_end(struct wire_out *, size_t begun);

void	 frame_put_position(struct wire_out *, const struct frame_position *);
void	 frame_put_post(struct wire_out *, const struct frame_post *);
/* A whole SYNC. ranges ascend, do not touch, and are above at->seq. */
void	 frame_put_sync(struct wire_out *, const struct frame_position *at,
	    uint64_t credit, uint64_t loss_permille,
	    const struct frame_range *ranges, size_t n);
/* A whole POSTED, LEAVE, ERROR. */
void	 frame_put_posted(struct wire_out *, uint64_t next, uint64_t seq);
void	 frame_put_leave(struct wire_out *, const char *reason, size_t len);
void	 frame_put_error(struct wire_out *, enum frame_code, uint64_t id,
	    uint64_t wait_ms, const char *text, size_t len);
void	 frame_put_read(struct wire_out *, uint64_t before, uint64_t count);
void	 frame_put_whois(struct wire_out *, const char *name, size_t len);
/* key NULL: none is known. */
void	 frame_put_person(struct wire_out *, uint64_t seq, uint64_t since_ms,
	    const uint8_t key[FRAME_KEY_BYTES], const struct frame_member *);
void	 frame_put_ping(struct wire_out *, enum frame_type,
	    const uint8_t bytes[FRAME_PING_BYTES]);
/* A whole ROOM, ENTER, ENTERED, ASK, NAME; LIST is written as MEMBERS is. */
void	 frame_put_room(struct wire_out *, uint32_t slot);
void	 frame_put_enter(struct wire_out *, const struct frame_enter *);
void	 frame_put_entered(struct wire_out *, const struct frame_entered *);
void	 frame_put_ask(struct wire_out *, enum frame_ask, uint64_t from);
void	 frame_put_listed(struct wire_out *, const struct frame_listed *);
void	 frame_put_device(struct wire_out *, const struct frame_device *);
void	 frame_put_talk(struct wire_out *, const struct frame_talk *);
/* A whole MARK. */
void	 frame_put_marks(struct wire_out *, unsigned flags,
	    const struct frame_mark *, size_t n);
void	 frame_put_rekey(struct wire_out *, const uint8_t key[FRAME_KEY_BYTES]);
/* A whole NODES. */
void	 frame_put_nodes(struct wire_out *, const struct frame_node *,
	    size_t n);
/* code 0: it is so, or is to be. */
void	 frame_put_name(struct wire_out *, uint64_t tag, uint64_t code,
	    const char *name, size_t len);
/* FRAME_PROMPT_BYTES. */
void	 frame_put_prompt(struct wire_out *);
/* So many bytes that every reader skips: FRAME_PAD_MIN to FRAME_PAD_MAX. */
void	 frame_put_pad(struct wire_out *, size_t bytes);

#endif
