/*
 * Fuzzing: the file of talks. What is read is the same when it is written and
 * read again; what is wrong is refused and stays.
 */
#include <stdlib.h>
#include <string.h>

#include "server/talks.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { BYTES = 8192 };

static const uint8_t ann[NOISE_KEY] = { 7 }, bob[NOISE_KEY] = { 9 };

static void
same(const struct talks *a, const struct talks *b)
{
	struct talk_place *t = NULL, *u;
	int i;

	MUST(talks_count(a) == talks_count(b));
	while ((t = talks_next(a, t)) != NULL) {
		u = talks_find(b, t->end[1].person->key,
		    t->end[0].person->key);
		MUST(u != NULL && memcmp(u->id, t->id, JOURNAL_ID) == 0);
		MUST(u->said == t->said && u->day == t->day);
		MUST((u->flags | TALK_CHANGED) == (t->flags | TALK_CHANGED));
		MUST(talks_is_answered(t) == talks_is_answered(u));
		MUST(talks_last(t) == talks_last(u));
		MUST(t->end[0].net == u->end[0].net &&
		    t->end[1].net == u->end[1].net);
		for (i = 0; i < 2; i++)
			MUST(t->end[i].person->unanswered ==
			    u->end[i].person->unanswered);
	}
}

static void
use(struct talks_config *config, struct talks *talks)
{
	const struct talk_wish wish = { .from = ann, .to = bob, .wall_ms = 1,
	    .at = { { 1, 2 } } };
	struct persons *first = config->persons;
	struct talk_place *t;
	struct journal_why why;
	struct talks *again;

	if (talks_make(talks, &wish, &t) == TALKS_FINE) {
		MUST(talks_opens(talks, t));
		talks_said(t, 2, t->said, 1);
		talks_said(t, 1, t->said, 1);
		talks_closed(talks, t);
	}
	MUST(talks_write(talks));
	config->persons = persons_new(0);
	/* A line of before may be torn where there was nothing to write. */
	MUST((again = talks_open(config, &why)) != NULL);
	same(talks, again);
	MUST(talks_close(again) == 0);
	MUST(persons_count(config->persons) == 0);
	persons_free(config->persons);
	MUST(talks_close(talks) == 0);
	MUST(persons_count(first) == 0);
	config->persons = first;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	uint64_t seed = 1;
	struct talks_config config = { .disk = &d, .dir = "/d",
	    .persons = persons_new(0), .random = fuzz_random, .arg = &seed };
	struct journal_why why;
	struct talks *talks;
	uint8_t kept[BYTES];
	int fd;

	fuzz_ready();
	if (len > BYTES)
		len = BYTES;
	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST((fd = d.open(d.arg, "/d/talks", true)) != -1);
	MUST(d.write(d.arg, fd, data, len, 0) == 0);
	talks = talks_open(&config, &why);
	if (talks != NULL)
		use(&config, talks);
	else {
		MUST(why.kind == JOURNAL_CORRUPT && why.offset < (off_t)len);
		MUST(d.read(d.arg, fd, kept, BYTES, 0) == (ssize_t)len);
		MUST(memcmp(kept, data, len) == 0);
		MUST(persons_count(config.persons) == 0);
	}
	d.close(d.arg, fd);
	persons_free(config.persons);
	memdisk_free(mem);
	return 0;
}
