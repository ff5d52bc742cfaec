/*
 * Datagrams as text. They are opened by a copy of the guest's keys, so that it
 * notices nothing.
 */
#include "tests/with_sent.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "common/wire.h"
#include "tui/receiver/trace.h"

enum { ROW = 24, AROUND = 12 };

static void
put_bytes(FILE *f, const uint8_t *bytes, size_t len)
{
	size_t i, at;

	for (at = 0; at < len; at += ROW) {
		fputs("  ", f);
		for (i = at; i < at + ROW; i++)
			if (i < len)
				fprintf(f, "%02x", bytes[i]);
			else
				fputs("  ", f);
		fputs("  ", f);
		for (i = at; i < at + ROW && i < len; i++)
			fputc(bytes[i] > ' ' && bytes[i] < 0x7f ? bytes[i] :
			    '.', f);
		fputc('\n', f);
	}
}

/* Each frame: its name and its bytes. */
static void
put_frames(FILE *f, const uint8_t *frames, size_t len)
{
	struct wire_in in = wire_in(frames, len);
	char text[TRACE_TEXT];
	size_t begun, body;

	while (in.pos < in.len && !in.failed) {
		begun = in.pos;
		wire_get_u8(&in);
		body = (size_t)wire_get_varint(&in);
		wire_get_bytes(&in, body);
		assert_false(in.failed);
		trace_frames(text, frames + begun, in.pos - begun);
		fprintf(f, " %s\n", text);
		/* Those are random. */
		if (frames[begun] != FRAME_PING)
			put_bytes(f, frames + begun, in.pos - begun);
	}
}

static void
put_room(FILE *f, const struct hello_room *room)
{
	size_t i;

	fputs(" log ", f);
	for (i = 0; i < sizeof(room->head.log_id); i++)
		fprintf(f, "%02x", room->head.log_id[i]);
	fprintf(f, " term %llu\n head %llu flags %02x room %.*s\n",
	    (unsigned long long)room->head.term,
	    (unsigned long long)room->head.seq, (unsigned)room->flags,
	    (int)room->name_len, room->name);
}

/* What goes to all stands there once. */
static void
put_new_frames(struct sent *s, const uint8_t *frames, size_t len)
{
	if (len > 0 && len == s->last_len && memcmp(frames, s->last, len) == 0)
		fputs(" the same\n", s->f);
	else
		put_frames(s->f, frames, len);
	memcpy(s->last, frames, len);
	s->last_len = len;
}

static bool
opens(const struct guest *g, const void *data, size_t len,
    uint8_t frames[GUEST_DATAGRAM], size_t *n)
{
	struct seal seal = g->hs.seal;

	if (g->hs.step == HANDSHAKE_VISIT &&
	    seal_open(&seal, data, len, frames, n) == SEAL_OK)
		return true;
	seal = g->seal;
	return g->live && seal_open(&seal, data, len, frames, n) == SEAL_OK;
}

const struct guest *
sent_open(const struct den *d, const void *data, size_t len,
    uint8_t frames[GUEST_DATAGRAM], size_t *n)
{
	size_t i;

	assert_true(len <= GUEST_DATAGRAM);
	for (i = 0; i < d->guests; i++)
		if (opens(d->guest[i], data, len, frames, n))
			return d->guest[i];
	return NULL;
}

static void
put_secure(struct sent *s, const struct den *d, const uint8_t *data,
    size_t len)
{
	struct hello_datagram hello;
	uint8_t frames[GUEST_DATAGRAM];
	struct handshake hs;
	size_t i, n;

	if (hello_read(data, len, &hello) && hello.type == HELLO_HS2_TYPE)
		for (i = 0; i < d->guests; i++) {
			hs = d->guest[i]->hs;
			if (handshake_input(&hs, &hello) == HANDSHAKE_ROOM) {
				put_room(s->f, &hs.room);
				return;
			}
		}
	if (data[0] == SEAL_TYPE &&
	    sent_open(d, data, len, frames, &n) != NULL)
		put_new_frames(s, frames, n);
}

static void
on_sent(struct den *d, const union sock_addr *to, const void *data, size_t len)
{
	struct sent *s = d->arg;
	char addr[SOCK_ADDR_TEXT];

	fprintf(s->f, "%lld %s %s %zu\n",
	    (long long)(d->now_ms - s->begun_ms), sock_addr_text(addr, to),
	    trace_datagram(data, len), len);
	if (len > 0 && *(const uint8_t *)data < HELLO_TYPE)
		put_bytes(s->f, data, len);
	else if (len > 0)
		put_secure(s, d, data, len);
}

void
sent_begin(struct sent *s, struct den *d)
{
	s->text = NULL;
	s->last_len = 0;
	s->f = open_memstream(&s->text, &s->len);
	assert_non_null(s->f);
	s->begun_ms = d->now_ms;
	d->sent = on_sent;
	d->arg = s;
}

void
sent_end(struct sent *s, struct den *d)
{
	d->sent = NULL;
	assert_int_equal(fclose(s->f), 0);
}

void
sent_scene(struct sent *s, const char *title)
{
	s->last_len = 0;
	fprintf(s->f, "\n# %s\n", title);
}

static char *
read_all(const char *path)
{
	FILE *f = fopen(path, "r");
	char *text = NULL;
	size_t len = 0;

	if (f == NULL)
		return strdup("");
	if (getdelim(&text, &len, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}

static void
write_all(const char *path, const struct sent *s)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(s->text, 1, s->len, f), s->len);
	assert_int_equal(fclose(f), 0);
}

static void
print_lines(const char *title, const char *from, unsigned lines)
{
	size_t n;

	fprintf(stderr, "%s:\n", title);
	for (; lines > 0 && *from != '\0'; lines--) {
		n = strcspn(from, "\n");
		fprintf(stderr, "  %.*s\n", (int)n, from);
		from += n + (from[n] == '\n');
	}
}

/* In which line, of which scene, and how both go on from its datagram. */
static void
print_difference(const char *path, const char *golden, const char *seen)
{
	const char *line = golden, *datagram = golden, *scene = "";
	size_t same = 0, n;
	unsigned number = 1;

	while (golden[same] != '\0' && golden[same] == seen[same])
		same++;
	for (;; number++) {
		n = strcspn(line, "\n");
		if (*line == '#')
			scene = line;
		if (isdigit((unsigned char)*line))
			datagram = line;
		if (line + n >= golden + same || line[n] == '\0')
			break;
		line += n + 1;
	}
	fprintf(stderr, "%s:%u: another one is sent; %.*s\n", path, number,
	    (int)strcspn(scene, "\n"), scene);
	print_lines("as it was", datagram, AROUND);
	print_lines("as it is", seen + (datagram - golden), AROUND);
}

bool
sent_is(const struct sent *s, const char *path)
{
	const char *mode = getenv("CHAT_GOLDEN");
	char *golden;
	bool same;

	if (mode != NULL && strcmp(mode, "write") == 0)
		write_all(path, s);
	golden = read_all(path);
	same = strcmp(golden, s->text) == 0;
	if (!same)
		print_difference(path, golden, s->text);
	free(golden);
	return same;
}
