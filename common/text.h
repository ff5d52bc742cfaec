/*
 * Text as people write it: UTF-8 checking, cleaning, names, clusters, width.
 * Pure; used by every process. Width follows the C library's wcwidth(3) in
 * the current LC_CTYPE, because that is what ncurses believes.
 * All lengths are bytes; nothing here needs a terminating NUL in its input.
 */
#ifndef COMMON_TEXT_H
#define COMMON_TEXT_H

#include <stdbool.h>
#include <stddef.h>

enum {
	TEXT_NAME_BYTES = 32,	/* longest name */
	TEXT_NAME_COLS = 20,	/* widest name */
	TEXT_LINE_BYTES = 1024	/* longest text of one entry, cleaned */
};

enum text_name_error {
	TEXT_NAME_OK,
	TEXT_NAME_EMPTY,
	TEXT_NAME_LONG,		/* over TEXT_NAME_BYTES or TEXT_NAME_COLS */
	TEXT_NAME_UTF8,		/* not UTF-8 */
	TEXT_NAME_CHARACTER,	/* space, control, bidi, zero width, never to be
				 * one, or one the display form would change */
	TEXT_NAME_START,	/* starts with ~ @ # / */
	TEXT_NAME_RESERVED	/* would pass for an announcement */
};

/* True if src is well-formed UTF-8 (RFC 3629: no surrogates, no overlong). */
bool	 text_valid(const char *src, size_t len);

/*
 * The form that travels: tab becomes a space; C0 controls, DEL, C1 controls,
 * the bidi controls, U+FEFF and noncharacters are dropped; with keep_newlines
 * false a run of CR, LF, U+2028 and U+2029 becomes one space, else CR LF and
 * each of them becomes LF. Leading and trailing newlines are dropped; spaces
 * are kept. Returns the length written to dst, which is never more than len;
 * dst may be src. Ill-formed UTF-8 is a caller's error: check first. Text of
 * nothing but spaces and invisible characters counts as empty: the result is
 * then 0. Cleaning what is clean changes nothing.
 */
size_t	 text_clean(char *dst, const char *src, size_t len,
	    bool keep_newlines);

/*
 * A tab as it travels and is kept: U+2001, a blank that nobody types, so that
 * programs from before take it for one, where they would refuse a tab.
 */
#define TEXT_TAB	"\xe2\x80\x81"
enum { TEXT_TAB_BYTES = 3, TEXT_TAB_COLS = 8 };
bool	 text_is_tab(const char *s, size_t len);
/* text_clean, but tabs are kept, as TEXT_TAB: dst has room for three times
 * len, and is not src. */
size_t	 text_said(char *dst, const char *src, size_t len,
	    bool keep_newlines);
/* Copies with `with` in place of each TEXT_TAB; returns the length, at most
 * len. dst may be src. */
size_t	 text_tabs(char *dst, const char *src, size_t len, char with);

/* True if src, of at most TEXT_LINE_BYTES, is valid, not empty, and what
 * text_clean makes of it, newlines kept. Quick where nothing is in doubt. */
bool	 text_is_clean(const char *src, size_t len);
/* The same, but blank is what always was a space: of others newer tables of
 * Unicode may say otherwise, and what is in a log has to be read by all. */
bool	 text_is_sound(const char *src, size_t len);

/*
 * Checks a name by the rules of the room. Does not depend on the locale. Two
 * valid names that look the same in display form have one fold (but for
 * characters too new for the tables here or the C library, all of them U+FFFD
 * there: of such a name only others know what it is).
 */
enum text_name_error text_name_check(const char *name, size_t len);

enum { TEXT_FOLD_BYTES = 256 };
/*
 * NFKC casefold of a valid name, for comparing: equal folds are one name.
 * Writes a NUL-terminated string; returns its length, 0 if it does not fit.
 */
size_t	 text_fold(char dst[TEXT_FOLD_BYTES], const char *name, size_t len);
/* Are these two valid names one? */
bool	 text_same(const char *a, size_t a_len, const char *b, size_t b_len);

/*
 * Display form: what may be drawn, on which terminals agree about columns.
 * NFC; a tab (and TEXT_TAB) to spaces up to the next column of its line that
 * TEXT_TAB_COLS divides; newline kept; other C0 and DEL as control pictures
 * (U+2400..); C1, unassigned and ill-formed bytes as U+FFFD; zero-width,
 * ZWJ, variation selectors, bidi controls, tags, soft hyphen, keycap mark,
 * skin tones and fillers dropped; flag pairs kept, a lone half becomes its
 * letter; at most 4 marks on a base; a leading mark, or one after a space,
 * gets U+25CC. Each character then has wcwidth(3) >= 0, but the newline.
 * The display form of a display form is itself.
 * Returns a malloc'd NUL-terminated string that the caller frees, its length
 * in *outlen; NULL only when out of memory.
 */
char	*text_display(const char *src, size_t len, size_t *outlen);

/*
 * True if src already is its own display form without newlines, cheaply
 * decided (ASCII printable, or plain CJK): then text_display may be skipped.
 * May say false for text that is.
 */
bool	 text_is_display(const char *src, size_t len);

/* Has src a character that the tables here, or the C library, do not have? Then
 * only its display form has columns that are known. */
bool	 text_is_new(const char *src, size_t len);

/*
 * Clusters (UAX 29 grapheme clusters) of valid UTF-8.
 * text_next: the offset just after the cluster that starts at pos (pos < len);
 * its columns in *cols if cols is not NULL (sum of wcwidth, 1 of what it does
 * not know; newline counts 0).
 * text_prev: the offset where the cluster that ends at pos starts (pos > 0).
 * A cluster is never wider than 8 columns: a longer one counts as several.
 */
size_t	 text_next(const char *s, size_t len, size_t pos, int *cols);
size_t	 text_prev(const char *s, size_t len, size_t pos);

/* Columns that valid display-form text takes. */
int	 text_cols(const char *s, size_t len);

/*
 * How many leading bytes of s fit in cols columns, whole clusters only; the
 * columns they take in *used if used is not NULL. 0 where not even the first
 * one fits. Never leaves a zero-width character to start the next row; goes
 * on past newlines, so give it one line at a time.
 */
size_t	 text_fit(const char *s, size_t len, int cols, int *used);

/*
 * For logs: printable UTF-8 stays; control, bidi, ill-formed bytes and the
 * backslash become \n \t \\ or \xNN. Writes at most size bytes with the NUL,
 * cutting at a whole character; returns dst.
 */
char	*text_escape(char *dst, size_t size, const char *src, size_t len);

#endif
