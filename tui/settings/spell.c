/*
 * Distance of words. Client's parent process, and its command line.
 */
#include "tui/settings/spell.h"

#include <stdint.h>

size_t
spell_distance(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t rows[3][SPELL_BYTES + 1], i, j, best;
	size_t *row, *above, *second;

	if (alen > SPELL_BYTES || blen > SPELL_BYTES)
		return SIZE_MAX;
	for (j = 0; j <= blen; j++)
		rows[0][j] = j;
	for (i = 1; i <= alen; i++) {
		row = rows[i % 3];
		above = rows[(i + 2) % 3];
		second = rows[(i + 1) % 3];
		row[0] = i;
		for (j = 1; j <= blen; j++) {
			best = above[j - 1] + (a[i - 1] != b[j - 1]);
			if (above[j] + 1 < best)
				best = above[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1] && second[j - 2] + 1 < best)
				best = second[j - 2] + 1;
			row[j] = best;
		}
	}
	return rows[alen % 3][blen];
}
