/*
 * How often the screen is drawn. Pure; the client's parent process.
 */
#include "tui/frames.h"

enum { RECORD_AROUND = 32 };	/* bytes of one around its text, about */

void
frames_took(struct frames *f, size_t text_bytes)
{
	f->took++;
	f->took_bytes += RECORD_AROUND + text_bytes;
}

int64_t
frames_due(const struct frames *f, bool keyed)
{
	if (keyed)
		return f->drawn_at;
	if (f->torrent)
		return f->drawn_at + FRAMES_TORRENT_MS;
	return f->drawn_at + (f->in_a_row < FRAMES_FLOOD ? FRAMES_MS :
	    FRAMES_FLOOD_MS);
}

/* What a key brings about is seen soon, and the flood is one still. */
static unsigned
behind_key(unsigned in_a_row)
{
	return in_a_row > FRAMES_FLOOD - FRAMES_KEYED ?
	    FRAMES_FLOOD - FRAMES_KEYED : 0;
}

void
frames_drawn(struct frames *f, int64_t now, bool keyed, int rows)
{
	bool floods;

	f->in_a_row = now - f->drawn_at > 2 * FRAMES_FLOOD_MS ? 0 :
	    f->in_a_row + 1;
	if (keyed)
		f->in_a_row = behind_key(f->in_a_row);
	floods = f->in_a_row >= FRAMES_FLOOD && f->took_bytes < FRAMES_BYTES;
	f->torrent = floods && f->took >= (unsigned)rows;
	f->drawn_at = now;
	/* Nothing is seen before that: reading it now were a wake more. */
	f->rest_until = floods ? frames_due(f, false) : now;
	f->took = 0;
	f->took_bytes = 0;
}
