/*
 * News of the house, to bytes and back. Pure; runs in the server.
 */
#include "server/room/house_news.h"

#include <string.h>

#include "common/entry.h"
#include "common/text.h"

static void
put_ban(struct wire_out *out, const struct house_news *n)
{
	wire_put_u8(out, (uint8_t)n->ban.kind);
	wire_put_string(out, n->ban.what, strlen(n->ban.what));
	wire_put_u64(out, n->kind == HOUSE_BAN ?
	    (uint64_t)n->ban.until_ms : 0);
	wire_put_u8(out, n->quiet);
	wire_put_string(out, n->name, strlen(n->name));
}

static void
put_room(struct wire_out *out, const struct rooms_line *l)
{
	wire_put_bytes(out, l->id, JOURNAL_ID);
	wire_put_u8(out, (uint8_t)l->sort);
	wire_put_u64(out, (uint64_t)l->created_ms);
	wire_put_string(out, l->opener, l->has_opener ? NOISE_KEY : 0);
	wire_put_string(out, l->name, strlen(l->name));
}

static void
put_mark(struct wire_out *out, const struct house_mark *m)
{
	wire_put_bytes(out, m->key, NOISE_KEY);
	wire_put_bytes(out, m->log, JOURNAL_ID);
	wire_put_varint(out, m->seq);
	wire_put_u8(out, m->left);
}

static void
put_talk(struct wire_out *out, const struct house_news *n)
{
	int i;

	wire_put_bytes(out, n->log, JOURNAL_ID);
	wire_put_bytes(out, n->key, NOISE_KEY);
	wire_put_bytes(out, n->heir, NOISE_KEY);
	wire_put_u64(out, (uint64_t)n->since_ms);
	for (i = 0; i < HOUSE_NEWS_NETS; i++)
		wire_put_u16(out, n->net[i]);
	wire_put_string(out, n->gone, n->replaces ? JOURNAL_ID : 0);
}

static void
put_devices(struct wire_out *out, const struct house_news *n)
{
	const struct house_device *d;

	wire_put_u8(out, (uint8_t)n->what);
	wire_put_bytes(out, n->key, NOISE_KEY);
	wire_put_varint(out, n->node);
	wire_put_u8(out, n->devices_n);
	for (d = n->devices; d < n->devices + n->devices_n; d++) {
		wire_put_u64(out, d->since_ms);
		wire_put_u64(out, d->heard_ms);
		wire_put_string(out, d->name, strlen(d->name));
	}
}

void
house_news_put(struct wire_out *out, const struct house_news *n)
{
	unsigned i;

	wire_put_u8(out, (uint8_t)n->kind);
	switch (n->kind) {
	case HOUSE_BAN:
	case HOUSE_LIFT:
		put_ban(out, n);
		break;
	case HOUSE_HEIR:
		wire_put_bytes(out, n->key, NOISE_KEY);
		wire_put_bytes(out, n->heir, NOISE_KEY);
		wire_put_u64(out, (uint64_t)n->since_ms);
		break;
	case HOUSE_ROOM:
		put_room(out, &n->room);
		wire_put_u64(out, (uint64_t)n->since_ms);
		break;
	case HOUSE_MARKS:
		wire_put_u8(out, n->marks_n);
		for (i = 0; i < n->marks_n; i++)
			put_mark(out, &n->marks[i]);
		break;
	case HOUSE_TALK:
		put_talk(out, n);
		break;
	case HOUSE_DEVICES:
		put_devices(out, n);
		break;
	}
}

/* With a NUL, which none has in it. */
static void
get_text(struct wire_in *in, char *text, size_t size)
{
	size_t len;
	const char *s = wire_get_string(in, &len);

	text[0] = '\0';
	if (in->failed || len >= size || memchr(s, '\0', len) != NULL) {
		in->failed = true;
		return;
	}
	memcpy(text, s, len);
	text[len] = '\0';
}

static void
get_ms(struct wire_in *in, int64_t *ms)
{
	uint64_t value = wire_get_u64(in);

	in->failed |= value > INT64_MAX;
	*ms = (int64_t)value;
}

static bool
get_ban(struct wire_in *in, struct house_news *n)
{
	uint8_t kind = wire_get_u8(in), quiet;

	get_text(in, n->ban.what, sizeof(n->ban.what));
	get_ms(in, &n->ban.until_ms);
	n->quiet = (quiet = wire_get_u8(in)) != 0;
	get_text(in, n->name, sizeof(n->name));
	if (in->failed || kind >= BAN_KINDS || quiet > 1 ||
	    (n->name[0] != '\0' && text_name_check(n->name,
	    strlen(n->name)) != TEXT_NAME_OK) ||
	    (n->kind == HOUSE_LIFT && (n->ban.until_ms != 0 ||
	    n->quiet)))
		return false;
	n->ban.kind = kind;
	return ban_reads_back(&n->ban);
}

static bool
get_heir(struct wire_in *in, struct house_news *n)
{
	const uint8_t *key = wire_get_bytes(in, NOISE_KEY);
	const uint8_t *heir = wire_get_bytes(in, NOISE_KEY);

	get_ms(in, &n->since_ms);
	if (in->failed || memcmp(key, heir, NOISE_KEY) == 0)
		return false;
	memcpy(n->key, key, NOISE_KEY);
	memcpy(n->heir, heir, NOISE_KEY);
	return true;
}

static bool
get_room(struct wire_in *in, struct house_news *n)
{
	struct rooms_line *l = &n->room;
	const uint8_t *id = wire_get_bytes(in, JOURNAL_ID);
	uint8_t sort = wire_get_u8(in);
	const char *opener;
	size_t len;

	get_ms(in, &l->created_ms);
	opener = wire_get_string(in, &len);
	if (in->failed || sort >= ROOMS_WAS || (len != 0 && len != NOISE_KEY))
		return false;
	memcpy(l->id, id, JOURNAL_ID);
	l->sort = sort;
	if ((l->has_opener = len != 0))
		memcpy(l->opener, opener, NOISE_KEY);
	get_text(in, l->name, sizeof(l->name));
	get_ms(in, &n->since_ms);
	return !in->failed && rooms_file_can_name(l->name, strlen(l->name));
}

static bool
get_mark(struct wire_in *in, struct house_mark *m)
{
	const uint8_t *key = wire_get_bytes(in, NOISE_KEY);
	const uint8_t *log = wire_get_bytes(in, JOURNAL_ID);
	uint8_t left;

	m->seq = wire_get_varint(in);
	left = wire_get_u8(in);
	if (in->failed || left > 1 || m->seq > ENTRY_SEQ_MAX)
		return false;
	memcpy(m->key, key, NOISE_KEY);
	memcpy(m->log, log, JOURNAL_ID);
	m->left = left != 0;
	return true;
}

static bool
get_marks(struct wire_in *in, struct house_news *n)
{
	unsigned i;

	n->marks_n = wire_get_u8(in);
	if (n->marks_n == 0 || n->marks_n > HOUSE_NEWS_MARKS)
		return false;
	for (i = 0; i < n->marks_n; i++)
		if (!get_mark(in, &n->marks[i]))
			return false;
	return true;
}

static bool
get_talk(struct wire_in *in, struct house_news *n)
{
	const uint8_t *log = wire_get_bytes(in, JOURNAL_ID);
	const uint8_t *key = wire_get_bytes(in, NOISE_KEY);
	const uint8_t *with = wire_get_bytes(in, NOISE_KEY);
	const char *gone;
	size_t len;
	int i;

	get_ms(in, &n->since_ms);
	for (i = 0; i < HOUSE_NEWS_NETS; i++)
		n->net[i] = wire_get_u16(in);
	gone = wire_get_string(in, &len);
	if (in->failed || (len != 0 && len != JOURNAL_ID))
		return false;
	memcpy(n->log, log, JOURNAL_ID);
	memcpy(n->key, key, NOISE_KEY);
	memcpy(n->heir, with, NOISE_KEY);
	if ((n->replaces = len != 0))
		memcpy(n->gone, gone, JOURNAL_ID);
	return true;
}

/* Its name goes to his screens. */
static void
get_device(struct wire_in *in, struct house_device *d)
{
	int64_t ms;

	get_ms(in, &ms);
	d->since_ms = (uint64_t)ms;
	get_ms(in, &ms);
	d->heard_ms = (uint64_t)ms;
	get_text(in, d->name, sizeof(d->name));
	in->failed |= d->name[0] != '\0' && (!text_is_clean(d->name,
	    strlen(d->name)) || strchr(d->name, '\n') != NULL);
}

static bool
get_devices(struct wire_in *in, struct house_news *n)
{
	uint8_t what = wire_get_u8(in);
	const uint8_t *key = wire_get_bytes(in, NOISE_KEY);
	uint64_t node = wire_get_varint(in);
	unsigned i;

	n->devices_n = wire_get_u8(in);
	if (in->failed || what > HOUSE_DEVICES_END || node > UINT32_MAX ||
	    n->devices_n > HOUSE_NEWS_DEVICES ||
	    (what == HOUSE_DEVICES_ASK && n->devices_n != 0) ||
	    (what == HOUSE_DEVICES_END && n->devices_n != 1))
		return false;
	n->what = what;
	n->node = (uint32_t)node;
	memcpy(n->key, key, NOISE_KEY);
	for (i = 0; i < n->devices_n; i++)
		get_device(in, &n->devices[i]);
	return !in->failed;
}

bool
house_news_get(struct house_news *n, const uint8_t *bytes, size_t len)
{
	struct wire_in in = wire_in(bytes, len);
	bool good = false;

	memset(n, 0, sizeof(*n));
	if (len > HOUSE_NEWS_BYTES)
		return false;
	n->kind = wire_get_u8(&in);
	if (in.failed)
		return false;
	switch (n->kind) {
	case HOUSE_BAN:
	case HOUSE_LIFT:
		good = get_ban(&in, n);
		break;
	case HOUSE_HEIR:
		good = get_heir(&in, n);
		break;
	case HOUSE_ROOM:
		good = get_room(&in, n);
		break;
	case HOUSE_MARKS:
		good = get_marks(&in, n);
		break;
	case HOUSE_TALK:
		good = get_talk(&in, n);
		break;
	case HOUSE_DEVICES:
		good = get_devices(&in, n);
		break;
	}
	return good && wire_done(&in);
}

bool
house_news_is_newer(const uint8_t *bytes, size_t len)
{
	return len > 0 && bytes[0] > HOUSE_DEVICES;
}
