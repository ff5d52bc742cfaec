/*
 * Fuzzing: the file of rooms. What is read is the same when it is written and
 * read again; what is wrong is refused and stays.
 */
#include <stdlib.h>
#include <string.h>

#include "server/room/rooms_file.h"
#include "tests/fuzz/fuzz.h"
#include "tests/with_disk.h"

enum { LINES = 128, BYTES = 8192 };

struct list {
	struct rooms_line lines[LINES];
	size_t		 n;
};

static bool
take(void *arg, const struct rooms_line *l)
{
	struct list *list = arg;

	MUST(memchr(l->name, '\0', sizeof(l->name)) != NULL);
	MUST(rooms_file_can_name(l->name, strlen(l->name)));
	MUST(strchr(l->name, '\n') == NULL);
	MUST(l->sort < ROOMS_SORTS && l->created_ms >= 0);
	if (list->n == LINES)
		return false;
	list->lines[list->n++] = *l;
	return true;
}

static void
same(const struct list *a, const struct list *b, size_t n)
{
	const struct rooms_line *x = a->lines, *y = b->lines;

	for (; n > 0; n--, x++, y++)
		MUST(memcmp(x->id, y->id, sizeof(x->id)) == 0 &&
		    x->sort == y->sort && x->created_ms == y->created_ms &&
		    x->has_opener == y->has_opener &&
		    memcmp(x->opener, y->opener, sizeof(x->opener)) == 0 &&
		    strcmp(x->name, y->name) == 0);
}

static void
use(const struct disk *d, const struct list *list)
{
	static struct list again;
	struct rooms_line more = { .sort = ROOMS_ROOM, .name = "ops" };
	struct journal_why why;
	bool torn;

	MUST(rooms_file_replace(d, "/d", list->lines, list->n));
	again.n = 0;
	MUST(rooms_file_read(d, "/d", take, &again, &torn, &why));
	MUST(!torn && again.n == list->n);
	same(list, &again, list->n);
	if (list->n == LINES)
		return;
	MUST(rooms_file_append(d, "/d", &more));
	again.n = 0;
	MUST(rooms_file_read(d, "/d", take, &again, &torn, &why));
	MUST(!torn && again.n == list->n + 1);
	same(list, &again, list->n);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memdisk *mem = memdisk_new();
	struct disk d = memdisk_disk(mem);
	struct journal_why why;
	static struct list list;
	uint8_t kept[BYTES];
	bool torn;
	int fd;

	fuzz_ready();
	if (len > BYTES)
		len = BYTES;
	MUST(d.make_dir(d.arg, "/d") == 0);
	MUST((fd = d.open(d.arg, "/d/rooms", true)) != -1);
	MUST(d.write(d.arg, fd, data, len, 0) == 0);
	list.n = 0;
	if (rooms_file_read(&d, "/d", take, &list, &torn, &why))
		use(&d, &list);
	else {
		MUST(why.kind == JOURNAL_CORRUPT && why.offset < (off_t)len);
		MUST(d.read(d.arg, fd, kept, BYTES, 0) == (ssize_t)len);
		MUST(memcmp(kept, data, len) == 0);
	}
	d.close(d.arg, fd);
	memdisk_free(mem);
	return 0;
}
