/*
 * The names in a trace: what came and went, and nothing that was said.
 */
#include <stdint.h>
#include <string.h>

#include "common/frame.h"
#include "common/frame_put.h"
#include "common/hello.h"
#include "common/seal.h"
#include "common/wire.h"
#include "tests/with_cmocka.h"
#include "tui/shared/record.h"
#include "tui/receiver/trace.h"

static char text[TRACE_TEXT];

static void
a_datagram_has_the_name_of_its_type(void **state)
{
	static const struct { uint8_t type; const char *name; } types[] = {
		{ HELLO_TYPE, "HELLO" }, { HELLO_COOKIE_TYPE, "COOKIE" },
		{ HELLO_HS2_TYPE, "HS2" }, { HELLO_HS3_TYPE, "HS3" },
		{ HELLO_RESET_TYPE, "RESET" }, { SEAL_TYPE, "sealed" },
		{ 'L', "classic" }, { 0xff, "unknown" }
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		assert_string_equal(trace_datagram(&types[i].type, 1),
		    types[i].name);
	assert_string_equal(trace_datagram("", 0), "classic");
}

static void
put_entries(struct wire_out *out, uint64_t first, uint64_t last)
{
	struct frame_position at = { .seq = last };
	size_t begun = frame_begin(out, FRAME_ENTRIES);

	frame_put_position(out, &at);
	wire_put_varint(out, last + 1 - first);
	for (; first <= last; first++)
		entry_encode(out, &(struct entry){ .seq = first,
		    .kind = ENTRY_SAY, .author = "bob", .author_len = 3,
		    .text = "secret", .text_len = 6 });
	frame_end(out, begun);
}

static void
put_posts(struct wire_out *out)
{
	size_t begun = frame_begin(out, FRAME_POST);

	wire_put_u8(out, 2);
	frame_put_post(out, &(struct frame_post){ .id = UINT64_C(9) << 32 | 5,
	    .kind = ENTRY_SAY, .text = "secret", .text_len = 6 });
	frame_put_post(out, &(struct frame_post){ .id = UINT64_C(9) << 32 | 6,
	    .kind = ENTRY_SAY, .text = "secret", .text_len = 6 });
	frame_end(out, begun);
}

static void
frames_have_names_and_numbers_but_no_text(void **state)
{
	uint8_t frames[1200];
	struct wire_out out = wire_out(frames, sizeof(frames));
	struct frame_position at = { .seq = 20 };

	(void)state;
	put_entries(&out, 12, 20);
	put_entries(&out, 3, 3);
	frame_put_sync(&out, &at, 4, 0, NULL, 0);
	put_posts(&out);
	frame_put_posted(&out, UINT64_C(9) << 32 | 7, 21);
	frame_put_read(&out, 5, 2);
	frame_put_whois(&out, "secret", 6);
	frame_put_error(&out, FRAME_KICKED, 0, 0, "secret", 6);
	frame_put_leave(&out, "secret", 6);
	frame_put_room(&out, 3);
	frame_put_name(&out, 1, 0, "secret", 6);
	assert_false(out.failed);
	assert_string_equal(trace_frames(text, frames, out.len),
	    "ENTRIES 12..20, ENTRIES 3, SYNC 20, POST 5..6, POSTED 7, "
	    "READ 5 2, WHOIS, ERROR 7, LEAVE, ROOM 3, NAME");
	assert_string_equal(trace_frames(text, frames, 0), "nothing");
	assert_string_equal(trace_frames(text, frames, 4), "broken");
}

static void
many_frames_are_cut_behind_one(void **state)
{
	uint8_t frames[1200];
	struct wire_out out = wire_out(frames, sizeof(frames));
	size_t len;

	(void)state;
	while (!out.failed)
		frame_put_read(&out, 12345, 12);
	trace_frames(text, frames, out.len);
	len = strlen(text);
	assert_true(len > TRACE_TEXT - 32 && len < TRACE_TEXT);
	assert_string_equal(text + len - 18, "READ 12345 12, ...");
}

static void
records_have_names_and_numbers_but_no_text(void **state)
{
	static const struct { struct record r; const char *name; } all[] = {
		{ { .type = RECORD_POST, .id = 3, .text = "secret",
		    .text_len = 6 }, "POST 3" },
		{ { .type = RECORD_PASSPHRASE, .text = "secret",
		    .text_len = 6 }, "PASSPHRASE" },
		{ { .type = RECORD_ENTRY, .entry = { .seq = 12 } },
		    "ENTRY 12" },
		{ { .type = RECORD_PENDING, .id = RECORD_EARLIER | 4 },
		    "PENDING 4 of earlier" },
		{ { .type = RECORD_STATE, .state = { .phase = RECORD_ONLINE,
		    .pending = 2 } }, "STATE online, 2 wait" },
		{ { .type = RECORD_DENIED, .denial = RECORD_SILENT },
		    "DENIED 2" },
		{ { .type = RECORD_ENTRY, .window = 3, .entry = { .seq = 12 } },
		    "ENTRY 12 in 3" },
		{ { .type = RECORD_PART, .window = 1, .text = "secret",
		    .text_len = 6 }, "PART in 1" },
	};
	struct record r = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		assert_string_equal(trace_record(text, &all[i].r),
		    all[i].name);
	/* Each has a name. */
	for (i = RECORD_LOGIN; i <= RECORD_TYPE_MAX; i++) {
		r.type = (enum record_type)i;
		assert_true(trace_record(text, &r)[0] >= 'A');
		assert_null(strstr(text, "null"));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_datagram_has_the_name_of_its_type),
		cmocka_unit_test(frames_have_names_and_numbers_but_no_text),
		cmocka_unit_test(many_frames_are_cut_behind_one),
		cmocka_unit_test(records_have_names_and_numbers_but_no_text),
	};

	return tests_run(tests, NULL, NULL);
}
