/*
 * Fuzzing: who is here, from entries and lists that a server may have made up.
 * The screen's process and the receiver agree, folded names stay in order, and
 * what is kept is bounded.
 */
#include <stdlib.h>
#include <string.h>

#include "common/roster.h"
#include "common/wire.h"
#include "tests/fuzz/fuzz.h"
#include "tui/session/people.h"

static void
check_roster(const struct roster *r)
{
	const struct member *p, *last = NULL;
	size_t n = 0;

	for (p = roster_first(r); p != NULL; p = roster_next(p), n++) {
		MUST(last == NULL || strcmp(last->fold, p->fold) < 0);
		MUST(roster_find(r, p->fold) == p);
		MUST(roster_named(r, p->name, p->name_len) == p);
		last = p;
	}
	MUST(n == r->count);
}

static void
check_people(const struct people *p)
{
	const struct person *f, *last = NULL;
	size_t n = 0;

	MUST(p->count <= PEOPLE_MAX && p->here <= p->count);
	for (f = people_first(p); f != NULL; f = people_next(f), n++) {
		MUST(f->here && strlen(f->name) > 0);
		MUST(last == NULL || strcmp(last->fold, f->fold) < 0);
		MUST(people_named(p, f->name, strlen(f->name)) == f);
		last = f;
	}
	MUST(n == p->here);
	for (n = 0, f = people_recent(p); f != NULL; f = people_before(f))
		n++;
	MUST(n == p->here);
}

static void
same(const struct people *p, const struct roster *r)
{
	const struct person *f = people_first(p);
	const struct member *q = roster_first(r);

	for (; f != NULL && q != NULL; f = people_next(f), q = roster_next(q))
		MUST(strcmp(f->fold, q->fold) == 0);
	MUST(f == NULL && q == NULL);
}

/* A short way to say an entry: names are few, so that they meet. */
static struct entry
made_up(struct fuzz *in)
{
	static const char *const names[] = { "alice", "Alice", "bob", "小明",
	    "e\314\201ve", "\303\251ve", "x", "y" };
	struct entry e = { .kind = (enum entry_kind)(1 +
	    fuzz_below(in, ENTRY_KIND_MAX)) };
	uint8_t who = fuzz_u8(in);

	e.time_ms = fuzz_u8(in);
	e.author = names[who % 8];
	e.author_len = strlen(e.author);
	e.text = names[who / 8 % 8];
	e.text_len = strlen(e.text);
	e.flags = who & 64 ? ENTRY_CLASSIC : 0;
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct fuzz in = { data, len };
	struct people people;
	struct roster roster;
	bool listed = false;
	struct wire_in wire;
	struct entry e;
	uint8_t what;

	fuzz_ready();
	people_init(&people);
	roster_init(&roster);
	while (fuzz_more(&in)) {
		what = fuzz_u8(&in);
		if (what < 32) {
			wire = wire_in(in.data, in.len);
			if (entry_decode(&wire, &e) != ENTRY_OK)
				break;
			in.data += wire.pos;
			in.len -= wire.pos;
		} else
			e = made_up(&in);
		if (what > 240) {
			people_list(&people, e.author, e.author_len,
			    what & 1, what & 2, what & 4);
			listed = true;
		} else {
			/* Of somebody the screen was not told of. */
			listed = listed || (e.kind == ENTRY_RENAME &&
			    roster_named(&roster, e.author,
			    e.author_len) == NULL);
			people_take(&people, &e);
			roster_take(&roster, &e);
		}
		check_people(&people);
		check_roster(&roster);
		if (!listed)
			same(&people, &roster);
	}
	people_clear(&people);
	roster_clear(&roster);
	return 0;
}
