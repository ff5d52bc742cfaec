/*
 * The language of the person: sets the locale, with a UTF-8 fall-back, and
 * finds the message catalogue. Called once by each program's main.
 */
#ifndef COMMON_LANG_H
#define COMMON_LANG_H

#include <libintl.h>
#include <stdbool.h>

#define _(text)	gettext(text)
#define N_(text) (text)		/* marks for the catalogue, translates later */

/*
 * setlocale(3) from the environment; where that is no UTF-8 locale falls back
 * to C.UTF-8 but keeps the wanted messages' language. Looks for catalogues
 * beside the program (not installed yet), then where it was installed.
 * Returns false if no UTF-8 locale could be had: wide text may suffer.
 */
bool	 lang_init(void);
/* Reads the catalogues and the time zone now: later there may be no files. */
void	 lang_load(void);

#endif
