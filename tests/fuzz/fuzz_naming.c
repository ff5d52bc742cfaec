/*
 * Fuzzing: which new names a room takes, and how they look. A look does not
 * depend on case, and what looks like the administrator is not let in.
 */
#include <stdlib.h>
#include <string.h>

#include "common/text.h"
#include "server/room/naming.h"
#include "tests/fuzz/fuzz.h"

static bool
alike(const struct naming_looks *a, const struct naming_looks *b)
{
	unsigned i, j;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n; j++)
			if (memcmp(a->look[i], b->look[j], NAMING_LOOK) == 0)
				return true;
	return false;
}

static void
check(const struct naming *n, const char *name, size_t len)
{
	struct naming_looks looks, again, admin;
	char fold[TEXT_FOLD_BYTES];
	size_t i, fold_len;

	memset(&looks, 0, sizeof(looks));
	memset(&again, 0, sizeof(again));
	naming_look(n, name, len, &looks);
	MUST(looks.n >= 1 && looks.n <= NAMING_LOOKS);
	naming_look(n, name, len, &again);
	MUST(alike(&looks, &again));
	/* Its fold is another spelling of it. */
	fold_len = text_fold(fold, name, len);
	if (text_name_check(fold, fold_len) == TEXT_NAME_OK) {
		naming_look(n, fold, fold_len, &again);
		MUST(alike(&looks, &again));
	}
	if (naming_check(n, name, len) != NAMING_OK)
		return;
	MUST(!naming_is_reserved(n, name, len));
	for (i = 0; naming_reserved(i) != NULL; i++) {
		naming_look(n, naming_reserved(i),
		    strlen(naming_reserved(i)), &admin);
		MUST(!alike(&looks, &admin));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct naming *naming;
	char *name;

	fuzz_ready();
	if (naming == NULL)
		MUST((naming = naming_new()) != NULL);
	name = fuzz_copy(data, len);
	if (text_name_check(name, len) == TEXT_NAME_OK)
		check(naming, name, len);
	free(name);
	return 0;
}
