/*
 * Fuzzing: the handshake's datagrams, as anybody may send them, and what
 * they carry sealed. The first byte says which.
 */
#include <stdlib.h>
#include <string.h>

#include "common/hello.h"
#include "common/text.h"
#include "tests/fuzz/fuzz.h"

static size_t
put(uint8_t out[HELLO_DATAGRAM], const struct hello_datagram *d)
{
	switch (d->type) {
	case HELLO_TYPE:
		return hello_put(out, &d->hello);
	case HELLO_COOKIE_TYPE:
		return hello_put_cookie(out, d->hello.client, d->hello.cookie);
	case HELLO_HS2_TYPE:
		return hello_put_hs2(out, d->client, d->server, d->bytes,
		    d->len);
	case HELLO_HS3_TYPE:
		return hello_put_hs3(out, d->server, d->bytes, d->len);
	default:
		MUST(d->type == HELLO_RESET_TYPE);
		return hello_put_reset(out, d->index, d->bytes);
	}
}

/* The padding of a HELLO is room for what is to come: it alone may differ. */
static void
take_datagram(const uint8_t *bytes, size_t len)
{
	uint8_t again[HELLO_DATAGRAM];
	struct hello_datagram d;
	size_t n;

	if (!hello_read(bytes, len, &d))
		return;
	/* Of another version, only who speaks is known. */
	if (d.type == HELLO_TYPE && d.hello.noise == NULL)
		return;
	if ((d.type == HELLO_HS2_TYPE || d.type == HELLO_HS3_TYPE) &&
	    len > HELLO_DATAGRAM)
		return;
	n = put(again, &d);
	if (d.type == HELLO_TYPE) {
		MUST(n <= len);
		n = len = (size_t)(d.hello.noise - bytes) + HELLO_NOISE;
	}
	MUST(fuzz_same(again, n, bytes, len));
}

/* Flags that are not known yet are left out: the rest is read as it was. */
static void
take_room(const uint8_t *bytes, size_t len)
{
	uint8_t again[HELLO_DATAGRAM];
	struct hello_room room, second;
	size_t n;

	if (!hello_read_room(bytes, len, &room) || len > sizeof(again))
		return;
	MUST(room.name_len > 0 && room.name_len <= HELLO_ROOM_NAME);
	MUST(text_is_clean(room.name, room.name_len));
	MUST(memchr(room.name, '\n', room.name_len) == NULL);
	n = hello_put_room(again, sizeof(again), &room);
	MUST(n <= len && hello_read_room(again, n, &second));
	MUST(memcmp(&room.head, &second.head, sizeof(room.head)) == 0);
	MUST(room.flags == second.flags && fuzz_same(room.name, room.name_len,
	    second.name, second.name_len));
}

/* More may follow one day: the rest is read as it was. */
static void
take_visitor(const uint8_t *bytes, size_t len)
{
	uint8_t again[HELLO_DATAGRAM];
	struct hello_visitor v, w;
	size_t n;

	if (!hello_read_visitor(bytes, len, &v) || len > sizeof(again))
		return;
	MUST(v.room_len <= HELLO_ROOM_NAME && v.name_len <= TEXT_NAME_BYTES);
	MUST(v.outbox != 0 && v.next_id > 0 && v.next_id <= UINT32_MAX);
	n = hello_put_visitor(again, sizeof(again), &v);
	MUST(n > 0 && n <= len && hello_read_visitor(again, n, &w));
	MUST(fuzz_same(v.room, v.room_len, w.room, w.room_len));
	MUST(fuzz_same(v.name, v.name_len, w.name, w.name_len));
	MUST(v.outbox == w.outbox && v.next_id == w.next_id &&
	    v.caps == w.caps);
	MUST(v.caps == 0 || v.age_ms == w.age_ms);
	MUST(v.caps == 0 || fuzz_same(v.former, v.former_len, w.former,
	    w.former_len));
	MUST(memcmp(&v.have, &w.have, sizeof(v.have)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *bytes;

	fuzz_ready();
	if (len == 0)
		return 0;
	bytes = fuzz_copy(data + 1, len - 1);
	if (data[0] % 3 == 0)
		take_datagram(bytes, len - 1);
	else if (data[0] % 3 == 1)
		take_room(bytes, len - 1);
	else
		take_visitor(bytes, len - 1);
	free(bytes);
	return 0;
}
