/*
 * Distance of words. Client's parent process, and its command line.
 */
#include "tui/spell.h"

#include <stdint.h>

size_t
spell_distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t row[SPELL_BYTES + 1], i, j, corner, best;

	if (alen > SPELL_BYTES || blen > SPELL_BYTES)
		return SIZE_MAX;
	for (j = 0; j <= blen; j++)
		row[j] = j;
	for (i = 1; i <= alen; i++) {
		corner = row[0];
		row[0] = i;
		for (j = 1; j <= blen; j++) {
			best = corner + (a[i - 1] != b[j - 1]);
			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[blen];
}
