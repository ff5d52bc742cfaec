/*
 * Fuzzing: sealed datagrams between two who share their keys, on a wire that
 * repeats, bends, cuts and invents. Whole ones open to what was sealed, once;
 * nothing else opens.
 */
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "common/seal.h"
#include "tests/fuzz/fuzz.h"

enum { SENT = 64, FRAMES = 256 };

/* What was sealed and is still on the wire. */
struct sent {
	uint8_t		 bytes[FRAMES + SEAL_OVER], frames[FRAMES];
	size_t		 len;
	bool		 opened;
};

static struct {
	struct seal	 here, there;
	struct sent	 sent[SENT];
	size_t		 n;
} wire;

static enum seal_error
open_copy(const uint8_t *bytes, size_t len, uint8_t *out, size_t *out_len)
{
	uint8_t *exact = fuzz_copy(bytes, len);
	struct seal before = wire.there;
	enum seal_error error;

	error = seal_open(&wire.there, exact, len, out, out_len);
	if (error != SEAL_OK)
		MUST(memcmp(&before, &wire.there, sizeof(before)) == 0);
	free(exact);
	return error;
}

static void
pack(struct fuzz *in)
{
	struct sent *s = &wire.sent[wire.n % SENT];
	size_t len;
	const uint8_t *frames = fuzz_bytes(in, FRAMES, &len);

	/* Far ahead, as after a loss. */
	if (fuzz_u8(in) == 255)
		wire.here.next += fuzz_u8(in) * 64;
	memset(s, 0, sizeof(*s));
	memcpy(s->frames, frames, len);
	s->len = seal_pack(&wire.here, frames, len, s->bytes);
	MUST(s->len == len + SEAL_OVER);
	wire.n++;
}

static void
deliver(struct fuzz *in)
{
	struct sent *s = &wire.sent[fuzz_below(in, SENT)];
	uint8_t out[FRAMES];
	size_t len;
	uint32_t index;

	if (s->len == 0)
		return;
	MUST(seal_index(s->bytes, s->len, &index) && index == 7);
	switch (open_copy(s->bytes, s->len, out, &len)) {
	case SEAL_OK:
		MUST(!s->opened && len == s->len - SEAL_OVER);
		MUST(len == 0 || sodium_memcmp(out, s->frames, len) == 0);
		s->opened = true;
		break;
	case SEAL_REPLAY:
		MUST(s->opened || wire.there.newest > SEAL_WINDOW);
		break;
	default:
		MUST(!"a whole datagram opens");
	}
}

static void
bend(struct fuzz *in)
{
	struct sent *s = &wire.sent[fuzz_below(in, SENT)];
	uint8_t bent[FRAMES + SEAL_OVER + 1], out[FRAMES + 1];
	size_t len = s->len, at;
	uint8_t bits = fuzz_u8(in);

	memcpy(bent, s->bytes, s->len);
	bent[len] = fuzz_u8(in);
	if (bits == 0)
		len = fuzz_below(in, (unsigned)len + 2);
	else if (len > 0)
		bent[fuzz_below(in, (unsigned)len)] ^= bits;
	/* Never compared with the true one: libFuzzer learns from that. */
	if (len == s->len && (bits == 0 || len == 0))
		return;
	MUST(open_copy(bent, len, out, &at) != SEAL_OK);
}

/* Bytes that nobody sealed. */
static void
invent(struct fuzz *in)
{
	uint8_t out[FRAMES + SEAL_OVER];
	size_t len, out_len;
	const uint8_t *bytes = fuzz_long_bytes(in, sizeof(out), &len);

	MUST(open_copy(bytes, len, out, &out_len) != SEAL_OK);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint8_t up[NOISE_KEY] = { 1 }, down[NOISE_KEY] = { 2 };
	struct fuzz in = { data, len };

	fuzz_ready();
	memset(&wire, 0, sizeof(wire));
	seal_init(&wire.here, up, down, 3, 7);
	seal_init(&wire.there, down, up, 7, 3);
	while (fuzz_more(&in))
		switch (fuzz_below(&in, 4)) {
		case 0:
			pack(&in);
			break;
		case 1:
			deliver(&in);
			break;
		case 2:
			bend(&in);
			break;
		default:
			invent(&in);
		}
	return 0;
}
