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
	if (f->torrent_ms > 0)
		return f->drawn_at + f->torrent_ms;
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

/* By how many screens passed since the last frame. */
static int
torrent_ms(unsigned took, unsigned rows)
{
	if (took < rows)
		return 0;
	return took < FRAMES_DELUGE * rows ? FRAMES_TORRENT_MS :
	    FRAMES_DELUGE_MS;
}

void
frames_drawn(struct frames *f, int64_t now, bool keyed, int rows)
{
	int pause_ms = f->torrent_ms > 0 ? f->torrent_ms : FRAMES_FLOOD_MS;
	bool floods;

	f->in_a_row = now - f->drawn_at > pause_ms + FRAMES_FLOOD_MS ? 0 :
	    f->in_a_row + 1;
	if (keyed)
		f->in_a_row = behind_key(f->in_a_row);
	floods = f->in_a_row >= FRAMES_FLOOD && f->took_bytes < FRAMES_BYTES;
	f->torrent_ms = floods ? torrent_ms(f->took, (unsigned)rows) : 0;
	f->drawn_at = now;
	/* Nothing is seen before that: reading it now were a wake more. */
	f->rest_until = floods ? frames_due(f, false) : now;
	f->took = 0;
	f->took_bytes = 0;
}
