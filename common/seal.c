/*
 * Sealing and opening datagrams. Pure; runs in the server and in the client's
 * receiver process. Never answers, never allocates.
 */
#include "common/seal.h"

#include <sodium.h>
#include <string.h>

#include "common/wire.h"

enum { WORD = 64, WORDS = SEAL_WINDOW / WORD + 1 };
_Static_assert(SEAL_WINDOW % WORD == 0, "whole words");

void
seal_init(struct seal *s, const uint8_t send[NOISE_KEY],
    const uint8_t receive[NOISE_KEY], uint32_t here, uint32_t there)
{
	memset(s, 0, sizeof(*s));
	memcpy(s->send, send, NOISE_KEY);
	memcpy(s->receive, receive, NOISE_KEY);
	s->here = here;
	s->there = there;
}

void
seal_clear(struct seal *s)
{
	sodium_memzero(s, sizeof(*s));
	s->next = SEAL_COUNTER_MAX;	/* nothing is sealed with no key */
}

size_t
seal_pack(struct seal *s, const void *frames, size_t len, uint8_t *out)
{
	struct wire_out header = wire_out(out, SEAL_HEADER);

	if (s->next >= SEAL_COUNTER_MAX)
		return 0;
	wire_put_u8(&header, SEAL_TYPE);
	wire_put_u32(&header, s->there);
	wire_put_u64(&header, s->next);
	noise_encrypt(s->send, s->next++, out, SEAL_HEADER, frames, len,
	    out + SEAL_HEADER);
	return len + SEAL_OVER;
}

/* RFC 6479, section 2: a ring of words, of which one is always empty. */
static bool
is_fresh(const struct seal *s, uint64_t counter)
{
	if (counter >= s->newest)
		return true;
	if (s->newest - counter > SEAL_WINDOW)
		return false;
	return (s->seen[counter / WORD % WORDS] >> counter % WORD & 1) == 0;
}

static void
mark(struct seal *s, uint64_t counter)
{
	uint64_t word = s->newest == 0 ? 0 : (s->newest - 1) / WORD;
	uint64_t steps, i;

	if (counter >= s->newest) {
		/* The words that the window slides over forget their past. */
		steps = counter / WORD - word;
		if (steps > WORDS)
			steps = WORDS;
		for (i = 1; i <= steps; i++)
			s->seen[(counter / WORD - steps + i) % WORDS] = 0;
		s->newest = counter + 1;
	}
	s->seen[counter / WORD % WORDS] |= (uint64_t)1 << counter % WORD;
}

bool
seal_index(const uint8_t *datagram, size_t len, uint32_t *index)
{
	struct wire_in in = wire_in(datagram, len);

	if (len < SEAL_OVER || wire_get_u8(&in) != SEAL_TYPE)
		return false;
	*index = wire_get_u32(&in);
	return true;
}

uint64_t
seal_counter(const uint8_t *datagram)
{
	struct wire_in in = wire_in(datagram, SEAL_HEADER);

	wire_get_bytes(&in, 1 + 4);
	return wire_get_u64(&in);
}

enum seal_error
seal_open(struct seal *s, const uint8_t *datagram, size_t len, uint8_t *out,
    size_t *out_len)
{
	uint32_t here;
	uint64_t counter;

	if (len < SEAL_OVER)
		return SEAL_TRUNCATED;
	if (!seal_index(datagram, len, &here))
		return SEAL_FOREIGN;
	counter = seal_counter(datagram);
	if (here != s->here || counter >= SEAL_COUNTER_MAX)
		return SEAL_FOREIGN;
	if (!is_fresh(s, counter))
		return SEAL_REPLAY;
	if (!noise_decrypt(s->receive, counter, datagram, SEAL_HEADER,
	    datagram + SEAL_HEADER, len - SEAL_HEADER, out))
		return SEAL_FORGED;
	mark(s, counter);
	*out_len = len - SEAL_OVER;
	return SEAL_OK;
}
