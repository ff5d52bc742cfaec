/*
 * Fuzzing: the file of whose keys names are. What is read is written as it is,
 * each key is there once, and each name but for keys that are old.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "tui/receiver/pins.h"

static void
check(const struct pins *p)
{
	const struct pin *pin;
	size_t i;

	MUST(p->n <= PINS_MAX);
	for (i = 0; i < p->n; i++) {
		pin = &p->pin[i];
		MUST(pins_of_key(p, pin->key) == pin);
		MUST(pin->flags <= PIN_FLAGS && pin->since_ms >= 0);
		MUST(pin->len == 0 || text_name_check(pin->name, pin->len) ==
		    TEXT_NAME_OK);
		MUST(pin->len == 0 ||
		    (pin->flags & (PIN_OLD | PIN_STRANGER)) != 0 ||
		    pins_of_name(p, pin->name, pin->len) == pin);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct pins read, again;
	size_t n, more;
	char *text, *same;

	fuzz_ready();
	pins_init(&read);
	pins_init(&again);
	MUST(pins_read(&read, (const char *)data, len));
	check(&read);
	MUST((text = pins_write(&read, &n)) != NULL);
	MUST(pins_read(&again, text, n) && again.n == read.n);
	MUST((same = pins_write(&again, &more)) != NULL);
	MUST(n == more && memcmp(text, same, n) == 0);
	free(text);
	free(same);
	pins_clear(&read);
	pins_clear(&again);
	return 0;
}
