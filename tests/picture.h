/*
 * Pictures of a test terminal's screen, as a PNG file at twice the size of an
 * ordinary display's: what the README shows, and what a person looks at to
 * judge the design. The same cells give the same bytes.
 */
#ifndef TESTS_PICTURE_H
#define TESTS_PICTURE_H

#include <stdbool.h>

#include "tests/with_term.h"

enum picture_theme { PICTURE_DARK, PICTURE_LIGHT };

/* The screen as it is now; freed by picture_free. */
struct picture	*picture_take(struct term *, enum picture_theme);
/*
 * Writes one picture of them all, one below the other. Returns false if the
 * file cannot be written, which it says on stderr.
 */
bool	 picture_write(struct picture *const[], int n, const char *path);
void	 picture_free(struct picture *);

#endif
