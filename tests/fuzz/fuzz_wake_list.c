/*
 * Fuzzing: the file of sessions. Each index is told once; what was told and
 * is noted again is told again.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/wake_list.h"
#include "tests/fuzz/fuzz.h"

enum { TOLD = 256 };

struct told {
	uint32_t	 index[TOLD];
	union sock_addr	 addr[TOLD];
	size_t		 n;
};

static size_t
find(const struct told *t, uint32_t index)
{
	size_t i;

	for (i = 0; i < t->n && t->index[i] != index; i++)
		continue;
	return i;
}

static void
was(void *arg, uint32_t index, const union sock_addr *addr)
{
	struct told *t = arg;

	MUST(find(t, index) == t->n);
	MUST(addr->sa.sa_family == AF_INET || addr->sa.sa_family == AF_INET6);
	if (t->n == TOLD)
		return;
	t->index[t->n] = index;
	t->addr[t->n++] = *addr;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct told first, second;
	char path[FUZZ_PATH];
	struct wake_list *w;
	size_t i, at;

	fuzz_ready();
	first.n = second.n = 0;
	unlink(fuzz_path(path, "sessions"));
	fuzz_put_file(path, data, len);
	MUST((w = wake_list_open(fuzz_dir(), was, &first)) != NULL);
	for (i = 0; i < first.n; i++)
		wake_list_note(w, first.index[i], &first.addr[i]);
	wake_list_close(w);
	MUST((w = wake_list_open(fuzz_dir(), was, &second)) != NULL);
	wake_list_close(w);
	MUST(first.n == second.n);
	for (i = 0; i < first.n; i++) {
		MUST((at = find(&second, first.index[i])) < second.n);
		MUST(sock_addr_eq(&first.addr[i], &second.addr[at]));
	}
	return 0;
}
