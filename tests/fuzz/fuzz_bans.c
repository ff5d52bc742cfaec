/*
 * Fuzzing: the file of bans, and who an operator may want to ban. What opens
 * is the same when it is written and opened again.
 */
#include <stdlib.h>
#include <string.h>

#include "common/duration.h"
#include "server/room/bans.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { LISTED = 512 };
static const int64_t wall = 1000;

struct list {
	struct ban	 bans[LISTED];
	size_t		 n;
};

static void
note(void *arg, const struct ban *b)
{
	struct list *l = arg;

	MUST(memchr(b->what, '\0', sizeof(b->what)) != NULL);
	MUST(b->kind < BAN_KINDS);
	MUST(b->what[0] != '\0' && strchr(b->what, '\n') == NULL);
	if (l->n < LISTED)
		l->bans[l->n++] = *b;
}

static void
same(const struct list *a, const struct list *b, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		MUST(a->bans[i].kind == b->bans[i].kind &&
		    a->bans[i].until_ms == b->bans[i].until_ms &&
		    strcmp(a->bans[i].what, b->bans[i].what) == 0);
}

/* It has one form, in which it is read as the same. */
static void
parse_again(const struct ban *b)
{
	struct ban again;

	if (b->kind == BAN_NAME)
		return;
	/* An address of IPv6 that is meant alone is written without its /128. */
	if (b->kind == BAN_ADDRESS)
		MUST(ban_parse_address(&again, b->what));
	else
		MUST(ban_parse(&again, b->what) == BAN_TEXT_OK);
	MUST(again.kind == b->kind && strcmp(again.what, b->what) == 0);
	MUST(memcmp(&again.net, &b->net, sizeof(b->net)) == 0);
}

static void
use(const struct disk *d, struct bans *l, const struct ban *b)
{
	static struct list before, after;
	struct journal_why why;
	struct ban lifted = *b;

	before.n = after.n = 0;
	bans_list(l, wall, note, &before);
	if (bans_set(l, wall, b)) {
		MUST(b->kind != BAN_NAME || bans_match(l, wall, b->what, NULL,
		    NULL));
		bans_close(l);
		MUST((l = bans_open(d, "/d", &why)) != NULL);
		bans_list(l, wall, note, &after);
		MUST(after.n >= before.n && after.n <= before.n + 1);
		MUST(bans_lift(l, wall, &lifted));
	}
	bans_close(l);
	if (after.n == before.n + 1)
		same(&before, &after, before.n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct ban b = { .kind = BAN_NAME, .what = "mallory" }, given;
	struct fuzz in = { data, len };
	struct journal_why why;
	const uint8_t *who;
	struct bans *l;
	int64_t ms;
	char *text;
	size_t n;
	int fd;

	fuzz_ready();
	who = fuzz_bytes(&in, 255, &n);
	text = fuzz_string(who, n);
	given = b;
	switch (ban_parse(&given, text)) {
	case BAN_TEXT_OK:
		b = given;
		/* FALLTHROUGH */
	case BAN_TEXT_BITS:
		parse_again(&given);
		break;
	case BAN_TEXT_BAD:
		break;
	}
	if (duration_parse(text, &ms) == DURATION_OK)
		MUST(ms >= 0);
	free(text);
	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST((fd = d.open(d.arg, "/d/bans", true)) != -1);
	MUST(d.write(d.arg, fd, in.data, in.len, 0) == 0);
	d.close(d.arg, fd);
	if ((l = bans_open(&d, "/d", &why)) != NULL)
		use(&d, l, &b);
	else
		MUST(why.kind == JOURNAL_CORRUPT &&
		    why.offset <= (off_t)in.len);
	memdisk_free(mem);
	return 0;
}
