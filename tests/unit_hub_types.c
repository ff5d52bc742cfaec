/*
 * What clients are told of reasons, and of the end.
 */
#include "server/hub_types.h"

#include <string.h>

#include "common/text.h"
#include "tests/with_cmocka.h"

/* Clients ask for another name, wait or end by these. */
static void
each_reason_has_the_code_that_clients_act_on(void **state)
{
	static const struct {
		enum hub_reason	 why;
		enum frame_code	 code;
	} codes[] = {
		{ HUB_NAME_TAKEN, FRAME_NAME_TAKEN },
		{ HUB_NAME_ALIKE, FRAME_NAME_TAKEN },
		{ HUB_NAME_OWNED, FRAME_NAME_OWNED },
		{ HUB_NAME_MALFORMED, FRAME_NAME_BAD },
		{ HUB_NAME_RESERVED, FRAME_NAME_BAD },
		{ HUB_NAME_LETTER, FRAME_NAME_BAD },
		{ HUB_NAME_START, FRAME_NAME_BAD },
		{ HUB_NAME_SIGN, FRAME_NAME_BAD },
		{ HUB_NAME_MIXED, FRAME_NAME_BAD },
		{ HUB_NAME_MANY, FRAME_NAME_BAD },
		{ HUB_FULL, FRAME_ROOM_FULL },
		{ HUB_CROWDED, FRAME_ROOM_FULL },
		{ HUB_OVER_LIMIT, FRAME_LIMIT_RATE },
		{ HUB_NO_SPACE, FRAME_NO_SPACE },
		{ HUB_BANNED, FRAME_KICKED },
		{ HUB_CLOSED, FRAME_CLOSED },
		{ HUB_MUTED, FRAME_MUTED },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		assert_int_equal(hub_code(codes[i].why), codes[i].code);
}

static void
the_end_is_told_in_both_languages_and_why(void **state)
{
	enum classic_lang lang;
	enum hub_end end;
	const char *text, *other;

	(void)state;
	for (lang = CLASSIC_EN; lang <= CLASSIC_ZH; lang++)
		for (end = HUB_END_STOPPED; end <= HUB_END_DISK; end++) {
			text = hub_end_text(lang, end);
			assert_true(text_is_clean(text, strlen(text)));
			other = hub_end_text(lang, end == HUB_END_DISK ?
			    HUB_END_STOPPED : HUB_END_DISK);
			assert_string_not_equal(text, other);
			other = hub_end_text(lang == CLASSIC_EN ? CLASSIC_ZH :
			    CLASSIC_EN, end);
			assert_string_not_equal(text, other);
		}
	assert_non_null(strstr(hub_end_text(CLASSIC_EN, HUB_END_DISK),
	    "disk"));
	assert_non_null(strstr(hub_end_text(CLASSIC_ZH, HUB_END_DISK),
	    "磁盘"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reason_has_the_code_that_clients_act_on),
		cmocka_unit_test(the_end_is_told_in_both_languages_and_why),
	};

	return tests_run(tests, NULL, NULL);
}
