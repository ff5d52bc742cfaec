/*
 * Text whose width programs and terminals disagree on: as it may come, as it
 * is shown, and the columns of that.
 */
#ifndef TESTS_WITH_HARD_H
#define TESTS_WITH_HARD_H

#define HARD_X4(s)	s s s s
#define HARD_X16(s)	HARD_X4(HARD_X4(s))

static const struct {
	const char	*src, *display;
	int		 cols;
} hard[] = {
	{ "", "", 0 },
	{ "plain", "plain", 5 },
	{ "中文𠀀", "中文𠀀", 6 },
	{ "👍", "👍", 2 },
	{ "👍🏽!", "👍!", 3 },				/* skin tone */
	{ "❤️", "❤", 1 },				/* VS16 */
	{ "1️⃣", "1", 1 },				/* keycap */
	{ "👨‍👩‍👧‍👦", "👨👩👧👦", 8 },		/* ZWJ family */
	{ "🏳️‍🌈", "🏳🌈", 3 },
	{ "\u1112\u1161\u11ab", "한", 2 },		/* jamo */
	{ "\u1112\u119e\u11ab", "\u1112\u119e\u11ab", 2 },	/* old jamo */
	{ "\u1161", "\u25cc\u1161", 1 },		/* vowel alone */
	{ "\U0001fae8", "\ufffd", 1 },			/* Unicode 15 */
	{ "🇩🇪🇫🇷", "🇩🇪🇫🇷", 4 },
	{ "🇩🇪🇫", "🇩🇪F", 3 },				/* half a flag */
	{ "🇫\u0301", "F\u0301", 1 },
	{ "🇩\u200b🇪", "🇩🇪", 2 },
	{ "z" HARD_X16("\u0335") "!", "z" HARD_X4("\u0335") "!", 2 },	/* zalgo */
	{ "e\u0301", "é", 1 },
	{ "e\u0323\u0302\u0301\u0308\u0307", "ệ\u0301\u0308", 1 },
	{ "\u0301a", "\u25cc\u0301a", 2 },		/* leading mark */
	{ "\u093e", "\u25cc\u093e", 2 },
	{ "a\n\u0301", "a\n\u25cc\u0301", 2 },
	{ "a \u0301", "a \u25cc\u0301", 3 },
	{ "\u202eevil\u202c", "evil", 4 },		/* bidi override */
	{ "\u2066a\u2069\u200f\u061c", "a", 1 },
	{ "🏴\U000e0067\U000e0062\U000e007f", "🏴", 2 },	/* tags */
	{ "co\u00adop", "coop", 4 },			/* soft hyphen */
	{ "a\u3164\uffa0\u115fb", "ab", 2 },		/* Hangul fillers */
	{ "a\u200b\u200c\u2060\ufeff\u034f\u180eb", "ab", 2 },
	{ "a\xc2\x85\xc2\x9b" "b", "a\ufffd\ufffdb", 4 },	/* C1 */
	{ "\x1b[2J\r\x7f", "\u241b[2J\u240d\u2421", 6 },
	{ "a\tb\nc", "a       b\nc", 10 },
	{ "\xff\xc0\x80\xed\xa0\x80", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd",
	    6 },
	{ "\xe4\xb8", "\ufffd\ufffd", 2 },		/* cut short */
	{ "\uffff\ufdd0\u0378", "\ufffd\ufffd\ufffd", 3 },
	{ "\u2028", "\ufffd", 1 },
	{ "क्षि", "क्षि", 3 },
	{ "สวัสดี", "สวัสดี", 4 },
	{ "שָׁלוֹם", "שָׁלוֹם", 4 },
	{ "\u2126\u212b", "\u03a9\u00c5", 2 }
};

enum { HARD = sizeof(hard) / sizeof(hard[0]) };

#endif
