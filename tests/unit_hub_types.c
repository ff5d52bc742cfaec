/*
 * What clients are told of reasons, and of the end.
 */
#include "server/room/hub_types.h"

#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"

static void
a_reason_has_a_code(void **state)
{
	static const struct {
		enum hub_reason	 why;
		enum frame_code	 code;
	} rows[] = {
		{ HUB_NAME_TAKEN, FRAME_NAME_TAKEN },
		{ HUB_NAME_ALIKE, FRAME_NAME_TAKEN },
		{ HUB_NAME_OWNED, FRAME_NAME_OWNED },
		{ HUB_CROWDED, FRAME_ROOM_FULL },
		{ HUB_OVER_LIMIT, FRAME_LIMIT_RATE },
		{ HUB_NO_SPACE, FRAME_NO_SPACE },
		{ HUB_BANNED, FRAME_KICKED },
		{ HUB_REKEYED, FRAME_KICKED },
		{ HUB_CLOSED, FRAME_CLOSED },
		{ HUB_MUTED, FRAME_MUTED },
		{ HUB_NAME_LETTER, FRAME_NAME_BAD }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(hub_frame_code(rows[i].why), rows[i].code);
}

static void
the_end_is_told_in_either_language(void **state)
{
	static const enum classic_lang langs[] = { CLASSIC_EN, CLASSIC_ZH };
	const char *stopped, *disk;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		stopped = hub_end_text(langs[i], HUB_END_STOPPED);
		disk = hub_end_text(langs[i], HUB_END_DISK);
		assert_true(text_is_clean(stopped, strlen(stopped)));
		assert_true(text_is_clean(disk, strlen(disk)));
		assert_string_not_equal(stopped, disk);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reason_has_a_code),
		cmocka_unit_test(the_end_is_told_in_either_language)
	};

	return tests_run(tests, NULL, NULL);
}
