/*
 * Finding URLs in text. Pure.
 */
#ifndef TUI_TEXT_URLS_H
#define TUI_TEXT_URLS_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first URL (scheme://...) at or behind from: where it begins and how many
 * bytes it has, without the punctuation behind it. False: there is none.
 */
bool	 urls_next(const char *text, size_t len, size_t from, size_t *at,
	    size_t *url_len);

#endif
