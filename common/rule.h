/*
 * What is in force in a room is said by entries of role rule, and follows from
 * them alone. Pure; the server writes them, clients put them in words.
 *
 *   WORD [NAME] [=KEY] [TIME] [": " REASON]
 *
 *   kick ban unban mute unmute close open allow disallow rekey
 *   shut unshut      in a talk, where it is said by one of both, and alone: he
 *                    takes nothing more there from the other, or does again
 *   rekey            who was muted or allowed by the key that stands for the
 *                    REASON is so by KEY, of the same person
 *   NAME   of a member; ~NAME: of the classic protocol, nobody verified it;
 *          (network): a ban of nobody, but of an address or a network
 *   KEY    the fingerprint of the key that is meant, whatever it is called
 *   TIME   45s 30m 12h 2d, from the entry's time on; without it: for ever
 */
#ifndef COMMON_RULE_H
#define COMMON_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/fingerprint.h"
#include "common/text.h"

enum {
	RULE_REASON_BYTES = 256,
	RULE_BYTES = 16 + TEXT_NAME_BYTES + FINGERPRINT_TEXT + 32 +
	    RULE_REASON_BYTES
};

enum rule_word {
	RULE_KICK,
	RULE_BAN,
	RULE_UNBAN,
	RULE_MUTE,
	RULE_UNMUTE,
	RULE_CLOSE,
	RULE_OPEN,
	RULE_ALLOW,
	RULE_DISALLOW,
	RULE_REKEY,
	RULE_SHUT,
	RULE_UNSHUT,
	RULE_WORDS
};

struct rule {
	enum rule_word	 word;
	bool		 classic;
	const char	*name;		/* not NUL-terminated */
	size_t		 name_len;	/* 0: none */
	char		 key[FINGERPRINT_TEXT];	/* "": none */
	int64_t		 ms;		/* whole seconds; 0: for ever */
	const char	*reason;
	size_t		 reason_len;	/* <= RULE_REASON_BYTES, clean */
};

/* Writes it as text, with a NUL; returns its length. */
size_t	 rule_put(char dst[RULE_BYTES], const struct rule *);
/* False: no rule that is known here. Views into text. */
bool	 rule_parse(struct rule *, const char *text, size_t len);

#endif
