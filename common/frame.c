/*
 * Frames: reading them whole or not at all. Pure; both sides. It reads what
 * strangers with a key send, so lengths come before bytes and limits before
 * loops.
 */
#include "common/frame.h"

#include <string.h>

#include "common/frame_list.h"
#include "common/frame_nodes.h"
#include "common/frame_person.h"
#include "common/frame_room.h"
#include "common/text.h"

void
frame_get_position(struct wire_in *in, struct frame_position *p)
{
	const void *id = wire_get_bytes(in, FRAME_LOG_ID);

	if (id != NULL)
		memcpy(p->log_id, id, FRAME_LOG_ID);
	p->term = wire_get_varint(in);
	p->seq = wire_get_varint(in);
	if (p->seq > ENTRY_SEQ_MAX)
		in->failed = true;
}

static enum frame_error
read_text(struct wire_in *in, struct frame *f)
{
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return frame_text_check(f->text, f->text_len, FRAME_REASON_BYTES);
}

static enum frame_error
read_name(struct wire_in *in, struct frame *f)
{
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return text_name_check(f->text, f->text_len) == TEXT_NAME_OK ?
	    FRAME_OK : FRAME_BAD_VALUE;
}

static enum frame_error
read_person(struct wire_in *in, struct frame *f)
{
	const char *key;
	size_t len;

	f->seq = wire_get_varint(in);
	f->flags = wire_get_u8(in);
	f->since_ms = wire_get_varint(in);
	key = wire_get_string(in, &len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (f->flags > FRAME_MEMBER_MAX || f->since_ms > ENTRY_TIME_MS_MAX ||
	    (len != 0 && len != FRAME_KEY_BYTES))
		return FRAME_BAD_VALUE;
	f->bytes = len == 0 ? NULL : (const uint8_t *)key;
	return read_name(in, f);
}

/* Of ENTER and ENTERED: 0 is the session. Which even ones it may be entered by
 * knows the server, which offers them. */
static enum frame_error
read_slot(struct wire_in *in, struct frame *f)
{
	uint64_t slot = wire_get_varint(in);

	if (in->failed)
		return FRAME_TRUNCATED;
	f->slot = (uint32_t)slot;
	return slot <= FRAME_SLOT_MAX && (slot > 0 || f->type == FRAME_ROOM) ?
	    FRAME_OK : FRAME_BAD_VALUE;
}

static enum frame_error
read_enter(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);
	uint64_t flags;

	if (error != FRAME_OK)
		return error;
	f->text = wire_get_string(in, &f->text_len);
	f->outbox = wire_get_u32(in);
	f->id = wire_get_varint(in);
	frame_get_position(in, &f->at);
	flags = wire_get_varint(in);
	f->token = wire_get_string(in, &f->token_len);
	f->former = wire_get_string(in, &f->former_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (f->outbox == 0 || f->id == 0 || f->id > UINT32_MAX ||
	    flags > UINT8_MAX)
		return FRAME_BAD_VALUE;
	if (f->token_len > FRAME_TOKEN_BYTES)
		return FRAME_OVER_LIMIT;
	f->flags = (uint8_t)flags;
	error = frame_line_check(f->text, f->text_len, FRAME_ROOM_BYTES);
	return error != FRAME_OK || f->former_len == 0 ? error :
	    frame_line_check(f->former, f->former_len, FRAME_FORMER_BYTES);
}

static enum frame_error
read_entered(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);
	uint64_t flags;
	const char *key;
	size_t len;

	if (error != FRAME_OK)
		return error;
	flags = wire_get_varint(in);
	f->text = wire_get_string(in, &f->text_len);
	key = wire_get_string(in, &len);
	frame_get_position(in, &f->at);
	if (in->failed)
		return FRAME_TRUNCATED;
	if (flags > UINT8_MAX || (len != 0 && len != FRAME_KEY_BYTES))
		return FRAME_BAD_VALUE;
	f->flags = (uint8_t)flags;
	f->bytes = len == 0 ? NULL : (const uint8_t *)key;
	/* Nobody knows how he is called whom that is with. */
	if ((flags & FRAME_ENTERED_TALK) != 0 && f->text_len == 0)
		return FRAME_OK;
	return frame_line_check(f->text, f->text_len, FRAME_ROOM_BYTES);
}

static enum frame_error
read_seat(struct wire_in *in, struct frame *f)
{
	enum frame_error error = read_slot(in, f);

	if (error != FRAME_OK)
		return error;
	f->at.term = wire_get_varint(in);
	f->at.seq = wire_get_varint(in);
	if (f->at.seq > ENTRY_SEQ_MAX)
		in->failed = true;
	return frame_list_check(in, f);
}

/* What the name is worth, the server decides. */
static enum frame_error
read_naming(struct wire_in *in, struct frame *f)
{
	f->id = wire_get_varint(in);
	f->code = wire_get_varint(in);
	f->text = wire_get_string(in, &f->text_len);
	if (in->failed)
		return FRAME_TRUNCATED;
	return frame_line_check(f->text, f->text_len, TEXT_NAME_BYTES);
}

/* Those of common/frame_room.h, frame_person.h and frame_nodes.h. */
static enum frame_error
read_of_rooms(struct wire_in *in, struct frame *f)
{
	switch (f->type) {
	case FRAME_ROOM:
		return read_slot(in, f);
	case FRAME_ENTER:
		return read_enter(in, f);
	case FRAME_ENTERED:
		return read_entered(in, f);
	case FRAME_SEAT:
		return read_seat(in, f);
	case FRAME_NAME:
		return read_naming(in, f);
	case FRAME_MARK:
		f->flags = wire_get_u8(in);
		return frame_list_check(in, f);
	case FRAME_LIST:
		f->code = wire_get_u8(in);
		f->seq = wire_get_varint(in);
		f->total = wire_get_varint(in);
		f->offset = wire_get_varint(in);
		return frame_list_check(in, f);
	case FRAME_NODES:
		return frame_list_check(in, f);
	case FRAME_REKEY:
		f->bytes = wire_get_bytes(in, FRAME_KEY_BYTES);
		return in->failed ? FRAME_TRUNCATED : FRAME_OK;
	default:	/* ASK */
		f->code = wire_get_u8(in);
		f->offset = wire_get_varint(in);
		return in->failed ? FRAME_TRUNCATED : FRAME_OK;
	}
}

static enum frame_error
read_body(struct wire_in *in, struct frame *f)
{
	enum frame_error error;

	switch (f->type) {
	case FRAME_POST:
		return frame_list_check(in, f);
	case FRAME_POSTED:
		f->id = wire_get_varint(in);
		f->seq = wire_get_varint(in);
		break;
	case FRAME_ENTRIES:
		frame_get_position(in, &f->at);
		return frame_list_check(in, f);
	case FRAME_SYNC:
		frame_get_position(in, &f->at);
		f->credit = wire_get_varint(in);
		f->loss_permille = wire_get_varint(in);
		if (!in->failed && f->loss_permille > 1000)
			return FRAME_BAD_VALUE;
		return frame_list_check(in, f);
	case FRAME_READ:
		f->seq = wire_get_varint(in);
		f->count = wire_get_varint(in);
		break;
	case FRAME_HEAD:
		frame_get_position(in, &f->at);
		f->bytes = wire_get_bytes(in, FRAME_CHAIN);
		f->version = wire_get_varint(in);
		break;
	case FRAME_MEMBERS:
		f->seq = wire_get_varint(in);
		f->version = wire_get_varint(in);
		f->total = wire_get_varint(in);
		f->offset = wire_get_varint(in);
		return frame_list_check(in, f);
	case FRAME_LEAVE:
		return read_text(in, f);
	case FRAME_ERROR:
		f->code = wire_get_varint(in);
		f->id = wire_get_varint(in);
		f->wait_ms = wire_get_varint(in);
		return read_text(in, f);
	case FRAME_PING:
	case FRAME_PONG:
		f->bytes = wire_get_bytes(in, FRAME_PING_BYTES);
		break;
	case FRAME_WHOIS:
		error = read_name(in, f);
		return error == FRAME_BAD_VALUE && f->text_len == 0 ? FRAME_OK :
		    error;
	case FRAME_PERSON:
		return read_person(in, f);
	case FRAME_PROMPT:
		break;
	default:
		return read_of_rooms(in, f);
	}
	return in->failed ? FRAME_TRUNCATED : FRAME_OK;
}

/* No entry has such a number, and nobody should count up to it. */
static bool
is_beyond(const struct frame *f)
{
	if (f->type == FRAME_ERROR && f->code == FRAME_REWIND)
		return f->id > ENTRY_SEQ_MAX || f->wait_ms > ENTRY_SEQ_MAX;
	return f->seq > ENTRY_SEQ_MAX || f->total > ENTRY_SEQ_MAX ||
	    f->offset > ENTRY_SEQ_MAX;
}

static bool
is_known(uint8_t type)
{
	return (type >= FRAME_POST && type <= FRAME_NAME) ||
	    (type >= FRAME_SEAT && type <= FRAME_TYPE_MAX);
}

enum frame_error
frame_next(struct wire_in *in, struct frame *f)
{
	enum frame_error error;
	struct wire_in body;
	const void *bytes;
	size_t len;
	uint8_t type;

	do {
		if (in->pos == in->len && !in->failed)
			return FRAME_END;
		type = wire_get_u8(in);
		bytes = wire_get_string(in, &len);
		if (in->failed)
			return FRAME_TRUNCATED;
	} while (!is_known(type));
	memset(f, 0, sizeof(*f));
	f->type = type;
	body = wire_in(bytes, len);
	error = read_body(&body, f);
	if (error == FRAME_OK && is_beyond(f))
		return FRAME_BAD_VALUE;
	if (error == FRAME_OK && !wire_done(&body))
		return body.failed ? FRAME_TRUNCATED : FRAME_TRAILING;
	return error;
}
