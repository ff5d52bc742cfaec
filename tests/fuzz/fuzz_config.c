/*
 * Fuzzing: the file of settings, with sections. What is read can be written and
 * read again; saving one word changes no other, whichever section counts.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tui/settings/config.h"
#include "tui/settings/options.h"

static void
same(const struct options *a, const struct options *b)
{
	char one[CONFIG_VALUE_BYTES], two[CONFIG_VALUE_BYTES];
	const struct config_word *w;
	size_t i;

	for (i = 0; (w = config_word(i)) != NULL; i++) {
		MUST(config_get(a, w->word, one));
		MUST(config_get(b, w->word, two));
		MUST(strcmp(one, two) == 0);
	}
}

/* Its value as it is given back is one that is taken. */
static void
set_again(const struct options *o)
{
	char value[CONFIG_VALUE_BYTES], why[CONFIG_WHY_BYTES];
	const struct config_word *w;
	struct options fresh;
	size_t i;

	config_defaults(&fresh);
	for (i = 0; (w = config_word(i)) != NULL; i++) {
		MUST(config_get(o, w->word, value));
		if (value[0] != '\0')
			MUST(config_set(&fresh, w->word, value, why));
	}
}

static void
save(const struct options *o, const char *path, const char *section,
    const char *word)
{
	char value[CONFIG_VALUE_BYTES], why[CONFIG_WHY_BYTES];
	struct options again;

	MUST(config_get(o, word, value));
	if (!config_save(o, path, word, why)) {
		MUST(memchr(why, '\0', sizeof(why)) != NULL);
		return;
	}
	config_defaults(&again);
	MUST(config_read(&again, path, section, true, why));
	same(o, &again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static struct options o;
	char path[FUZZ_PATH], why[CONFIG_WHY_BYTES];
	const struct config_word *w;
	const char *section;
	size_t words = 0;

	fuzz_ready();
	if (len == 0)
		return 0;
	while (config_word(words) != NULL)
		words++;
	unlink(fuzz_path(path, "config"));
	fuzz_put_file(path, data + 1, len - 1);
	config_defaults(&o);
	memset(why, 'x', sizeof(why));
	section = data[0] & 0x80 ? "lab" : NULL;
	if (config_read(&o, path, section, true, why)) {
		set_again(&o);
		w = config_word((data[0] & 0x7f) % words);
		save(&o, path, section, w->word);
	} else
		MUST(memchr(why, '\0', sizeof(why)) != NULL);
	return 0;
}
