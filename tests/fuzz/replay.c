/*
 * Puts every file of a directory through the target it is linked with, as a
 * test that prints TAP: what a fuzzer found stays mended, also where there is
 * no libFuzzer.
 * usage: corpus_NAME [DIRECTORY]      the usual one: tests/fuzz/corpus/NAME
 */
#include <dirent.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static char *
target_name(const char *program)
{
	const char *leaf = strrchr(program, '/');

	leaf = leaf == NULL ? program : leaf + 1;
	return strdup(strncmp(leaf, "corpus_", 7) == 0 ? leaf + 7 : leaf);
}

/* The name first: where the target dies, it is the last one said. */
static void
replay(const char *directory, const char *leaf)
{
	char *path, *bytes, *exact;
	size_t len;

	if (asprintf(&path, "%s/%s", directory, leaf) == -1)
		err(1, NULL);
	printf("# %s\n", path);
	fflush(stdout);
	if ((bytes = fuzz_get_file(path, &len)) == NULL)
		err(1, "%s", path);
	exact = fuzz_copy(bytes, len);
	free(bytes);
	LLVMFuzzerTestOneInput((const uint8_t *)exact, len);
	free(exact);
	free(path);
}

int
main(int argc, char *argv[])
{
	char *name = target_name(argv[0]), directory[4096];
	struct dirent **found;
	int i, n;

	snprintf(directory, sizeof(directory), "tests/fuzz/corpus/%s", name);
	if (argc > 1)
		snprintf(directory, sizeof(directory), "%s", argv[1]);
	n = scandir(directory, &found, NULL, alphasort);
	if (n == -1)
		err(1, "%s", directory);
	/* The empty input, too. */
	LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (i = 0; i < n; i++) {
		if (found[i]->d_name[0] != '.')
			replay(directory, found[i]->d_name);
		free(found[i]);
	}
	printf("%sok 1 - %s: %d inputs\n1..1\n", n > 2 ? "" : "not ", name,
	    n - 2);
	free(found);
	free(name);
	return n > 2 ? 0 : 1;
}
