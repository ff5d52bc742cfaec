/*
 * The classic text protocol: one line of text per datagram, L C Q E and
 * OK FAIL. Both halves: what a client sends, what a server sends. Pure.
 * The notices are part of the protocol, in English and Chinese, so they
 * stand here and not in the message catalogue.
 */
#ifndef COMMON_CLASSIC_H
#define COMMON_CLASSIC_H

#include <stdbool.h>
#include <stddef.h>

#include "common/entry.h"
#include "common/text.h"

enum {
	CLASSIC_BYTES = 2048	/* longest datagram that is taken */
};

enum classic_lang { CLASSIC_EN, CLASSIC_ZH };

/* What a client's datagram asks for. */
enum classic_verb {
	CLASSIC_BAD,		/* anything the table does not know: FAIL */
	CLASSIC_REPLY,		/* a reply word (OK FAIL Y N): never answered */
	CLASSIC_LOGIN,		/* arg: the name as sent, unchecked */
	CLASSIC_SAY,		/* arg: everything after "C ", unchecked */
	CLASSIC_QUIT
};

struct classic_request {
	enum classic_verb verb;
	bool		 newline;	/* the datagram ended in a newline */
	const char	*arg;		/* view into the datagram */
	size_t		 arg_len;
};

/*
 * Reads a client's datagram: one trailing LF or CR LF is taken off first.
 * Well-formed UTF-8 is demanded of all of it, else CLASSIC_BAD.
 */
struct classic_request classic_parse_request(const char *data, size_t len);

/*
 * The words of a "C" whose speaker is known: takes "name " off the front of
 * arg when it folds to the speaker's own name, cleans what is left into dst.
 * Returns its length, or 0 if there is nothing to say or it is longer than
 * TEXT_LINE_BYTES (never cut). dst holds CLASSIC_BYTES.
 */
size_t	 classic_words(char dst[CLASSIC_BYTES], const char *arg, size_t len,
	    const char *speaker, size_t speaker_len);

/*
 * The line that the server sends for an entry (say, join, leave, timeout,
 * announce; act as "name: * text"), without newline or NUL. Returns its
 * length, 0 for a kind that classic users are not told.
 */
size_t	 classic_format(char dst[CLASSIC_BYTES], const struct entry *,
	    enum classic_lang);

/* What a server's datagram tells a client. */
enum classic_answer {
	CLASSIC_YES,		/* OK or Y, alone */
	CLASSIC_NO,		/* FAIL or N, alone */
	CLASSIC_ENTRY,		/* a line: *e is filled */
	CLASSIC_NOTHING		/* empty or not UTF-8: drop it */
};

/*
 * Reads a server's datagram (trailing newline taken off, any server's): fills
 * *e with kind, author and text; seq, time and id are 0. A line of no known
 * form becomes an announcement without author, and so does one by a name
 * that this room would not have. *e points into buf (the cleaned text, cut
 * with a mark where a foreign line is longer than an entry) and into data.
 */
enum classic_answer classic_parse_answer(char buf[CLASSIC_BYTES],
	    const char *data, size_t len, struct entry *e);

/* The language that LC_ALL, LC_MESSAGES, LANG ask for; English if none. */
enum classic_lang classic_lang(const char *lc_all, const char *lc_messages,
	    const char *lang);

#endif
