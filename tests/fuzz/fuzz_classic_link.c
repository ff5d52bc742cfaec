/*
 * Fuzzing: the client of the classic protocol, with a server that says
 * anything at any time. What reaches the screen's process are records that can
 * be read, and the link comes to rest.
 */
#include <stdlib.h>
#include <string.h>

#include "common/classic.h"
#include "tests/fuzz/fuzz.h"
#include "tui/receiver/classic_link.h"

enum { SPIN = 1000 };

static struct {
	unsigned	 sent, records, steps;
	bool		 full;		/* the kernel takes nothing now */
} net;

static bool
on_send(void *arg, const void *data, size_t len)
{
	(void)arg;
	MUST(len > 0 && len < CLASSIC_BYTES && text_valid(data, len));
	net.sent++;
	return !net.full;
}

static void
on_record(void *arg, const struct record *r)
{
	uint8_t bytes[RECORD_BYTES];
	struct record again;
	size_t len = record_encode(bytes, r), used;

	(void)arg;
	MUST(len > 0 && record_decode(bytes, len, &again, &used) ==
	    RECORD_OK && used == len);
	net.records++;
}

static void
step(struct classic_link *l, struct fuzz *in, int64_t *now)
{
	static const int64_t steps[] = { 0, 1, 300, 1000, 5000, 30000,
	    3600000 };
	const uint8_t *bytes;
	char *exact;
	size_t len;

	switch (fuzz_u8(in) % 6) {
	case 0:
		bytes = fuzz_long_bytes(in, 4096, &len);
		exact = fuzz_copy(bytes, len);
		classic_link_input(l, *now, *now, exact, len);
		free(exact);
		break;
	case 1:
		classic_link_post(l, *now, *now, &(struct record){
		    .type = RECORD_POST, .id = ++net.steps,
		    .kind = ENTRY_SAY, .text = "hello", .text_len = 5 });
		break;
	case 2:
		classic_link_unreachable(l, *now, true);
		break;
	case 3:
		net.full = fuzz_u8(in) & 1;
		break;
	case 4:
		classic_link_login(l, *now, "bob", 3);
		break;
	default:
		*now += steps[fuzz_u8(in) % 7];
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct classic_link_out out = { on_send, on_record, NULL };
	struct classic_link *l = classic_link_new(&out);
	struct fuzz in = { data, len };
	int64_t now = 1000, due;
	int i;

	fuzz_ready();
	MUST(l != NULL);
	memset(&net, 0, sizeof(net));
	classic_link_login(l, now, "alice", 5);
	while (fuzz_more(&in)) {
		step(l, &in, &now);
		due = classic_link_tick(l, now, now);
		for (i = 0; due <= now && !net.full; i++) {
			MUST(i < SPIN);
			due = classic_link_tick(l, now, now);
		}
	}
	classic_link_leave(l);
	classic_link_free(l);
	return 0;
}
