/*
 * Finding text in text, as the search of the chat does: the case of ASCII
 * letters counts only where the needle has a capital. Pure.
 */
#ifndef TUI_TEXT_SEARCH_H
#define TUI_TEXT_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Where needle begins in hay at or behind from; len when nowhere. An empty
 * needle is nowhere. Bytes are compared, so both should be in display form.
 */
size_t	 search_find(const char *hay, size_t len, size_t from,
	    const char *needle, size_t needle_len);

/* The same for a lot of hay: a needle made ready. */
enum { SEARCH_PROBES = 3 };
struct search {
	const char	*needle;	/* the caller's, still */
	size_t		 len;
	bool		 fold;		/* letters match whatever their case */
	/* The rarest bytes of the needle, looked for first. */
	struct search_probe {
		size_t		 at;		/* in the needle */
		unsigned char	 byte, mask;	/* hay | mask == byte */
	} probe[SEARCH_PROBES];
};

struct search search_ready(const char *needle, size_t len);
/* Where the needle begins in hay for the first (last) time; len when
 * nowhere. */
size_t	 search_first(const struct search *, const char *hay, size_t len);
size_t	 search_last(const struct search *, const char *hay, size_t len);

#endif
