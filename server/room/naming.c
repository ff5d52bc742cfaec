/*
 * Rules for new names. Runs in the server; the one file that knows ICU. Asks
 * for nothing but the tables in ICU's own library, and keeps no name.
 */
#include "server/room/naming.h"

#include <errno.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/uset.h>
#include <unicode/uspoof.h>
#include <utf8proc.h>

#include "common/text.h"

enum {
	/* A character becomes a few; what is longer is not looked at. */
	SKELETON_BYTES = 2048,
	RESERVED_BYTES = 5	/* at least, of what looks reserved */
};

/* "Admin" as the programs say it in each language, out of the catalogues, and
 * "Admin: text" of the classic protocol; the traditional form reads the same to
 * many who read Chinese. */
static const char *const reserved[] = {
	"Admin", "管理员消息", "管理員", "管理員消息",
#include "server/room/naming_words.h"
};
enum { RESERVED = sizeof(reserved) / sizeof(reserved[0]) };

struct naming {
	USpoofChecker		*spoof;
	const USet		*usual;		/* what people write */
	const USet		*inner;		/* signs within words of them */
	struct naming_looks	 reserved[RESERVED];
};

const char *
naming_reserved(size_t i)
{
	return i < RESERVED ? reserved[i] : NULL;
}

/* Length of the skeleton of text in dst; the text itself where there is none.
 * *unsure: there may be one, but no memory. */
static size_t
skeleton(const struct naming *n, const char *text, size_t len,
    char dst[SKELETON_BYTES], bool *unsure)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t made = uspoof_getSkeletonUTF8(n->spoof, 0, text, (int32_t)len,
	    dst, SKELETON_BYTES, &error);

	if (U_SUCCESS(error) && made >= 0 && made <= SKELETON_BYTES)
		return (size_t)made;
	if (error == U_MEMORY_ALLOCATION_ERROR)
		*unsure = true;
	memcpy(dst, text, len);
	return len;
}

/* Simple capitals of a fold; as many bytes as fit. */
static size_t
capitals(const char *fold, size_t len, char dst[SKELETON_BYTES])
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)fold;
	utf8proc_ssize_t left = (utf8proc_ssize_t)len, used;
	utf8proc_int32_t c;
	size_t out = 0;

	for (; left > 0 && out + 4 <= SKELETON_BYTES;
	    at += used, left -= used) {
		if ((used = utf8proc_iterate(at, left, &c)) <= 0)
			break;
		out += (size_t)utf8proc_encode_char(utf8proc_toupper(c),
		    (utf8proc_uint8_t *)dst + out);
	}
	return out;
}

_Static_assert((int)NAMING_LOOK <= (int)crypto_generichash_BYTES_MIN,
    "a digest is that long");

/* Adds how the text looks, if that is new. */
static void
add_look(const struct naming *n, const char *text, size_t len,
    struct naming_looks *looks)
{
	char made[SKELETON_BYTES], fold[TEXT_FOLD_BYTES];
	uint8_t *look = looks->look[looks->n];
	uint8_t digest[crypto_generichash_BYTES_MIN];
	size_t made_len = skeleton(n, text, len, made, &looks->unsure),
	    fold_len, i;

	fold_len = text_fold(fold, made, made_len);
	crypto_generichash(digest, sizeof(digest),
	    (const uint8_t *)(fold_len > 0 ? fold : made),
	    fold_len > 0 ? fold_len : made_len, NULL, 0);
	memcpy(look, digest, NAMING_LOOK);
	for (i = 0; i < looks->n; i++)
		if (memcmp(looks->look[i], look, NAMING_LOOK) == 0)
			return;
	looks->n++;
}

void
naming_look(const struct naming *n, const char *name, size_t len,
    struct naming_looks *looks)
{
	char fold[TEXT_FOLD_BYTES], upper[SKELETON_BYTES];
	size_t fold_len = text_fold(fold, name, len);

	memset(looks, 0, sizeof(*looks));
	add_look(n, name, len, looks);
	/* Most names are small letters, and a skeleton is dear. */
	if (fold_len != len || memcmp(fold, name, len) != 0)
		add_look(n, fold, fold_len, looks);
	add_look(n, upper, capitals(fold, fold_len, upper), looks);
}

void
naming_free(struct naming *n)
{
	if (n == NULL)
		return;
	if (n->spoof != NULL)
		uspoof_close(n->spoof);
	free(n);
}

static bool
is_letter(int32_t c)
{
	return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK)) != 0;
}

/* Those that are pictures by themselves; × and → may be, but are signs. */
static bool
is_emoji(int32_t c)
{
	return u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION);
}

static bool
has_letter(const char *text, size_t len)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)text;
	utf8proc_ssize_t left = (utf8proc_ssize_t)len, used;
	utf8proc_int32_t c;

	for (; left > 0; at += used, left -= used) {
		if ((used = utf8proc_iterate(at, left, &c)) <= 0)
			return false;
		if (is_letter(c) || is_emoji(c))
			return true;
	}
	return false;
}

/* A sign that is drawn as one of ASCII's letters, as "|" is. */
static bool
is_drawn_letter(const struct naming *n, const char *sign, size_t len)
{
	char made[SKELETON_BYTES];
	bool unsure = false;
	size_t i, made_len = skeleton(n, sign, len, made, &unsure);

	for (i = 0; i < made_len; i++)
		if ((made[i] & 0x80) == 0 && is_letter(made[i]))
			return true;
	return false;
}

/* Of the letters of two flags and more words can be made. */
static int32_t
plain_letter(int32_t c)
{
	return c >= 0x1f1e6 && c <= 0x1f1ff ? c - 0x1f1e6 + 'a' : c;
}

/* Letters and digits that are drawn as a stroke, a dot or a ring, so that one
 * takes them for a sign beside a word. */
static bool
is_stroke(int32_t c)
{
	static const int32_t strokes[] = { 0x01c0, 0x3007, 0x3021, 0x30ce,
	    0x30fc, 0x30fd, 0x3161, 0x3163, 0x4e00, 0x4e28, 0x4e36, 0x4e3f };
	size_t i;

	for (i = 0; i < sizeof(strokes) / sizeof(strokes[0]); i++)
		if (c == strokes[i])
			return true;
	return false;
}

/*
 * The letters and digits of a name, without marks, and a space for each sign
 * between them. strict: what looks like a letter is a sign, and strokes are.
 * Returns their bytes.
 */
static size_t
spell(const struct naming *n, const char *name, size_t len, bool strict,
    char dst[TEXT_FOLD_BYTES])
{
	int32_t chars[TEXT_FOLD_BYTES];
	utf8proc_ssize_t i, count, used;
	utf8proc_uint8_t bytes[4];
	size_t out = 0;
	bool sign;

	count = utf8proc_decompose((const utf8proc_uint8_t *)name,
	    (utf8proc_ssize_t)len, chars, TEXT_FOLD_BYTES,
	    UTF8PROC_DECOMPOSE | UTF8PROC_STRIPMARK);
	if (count > TEXT_FOLD_BYTES)
		count = 0;
	for (i = 0; i < count; i++) {
		used = utf8proc_encode_char(plain_letter(chars[i]), bytes);
		sign = strict ? is_stroke(chars[i]) ||
		    !is_letter(plain_letter(chars[i])) :
		    !is_letter(plain_letter(chars[i])) &&
		    !is_drawn_letter(n, (const char *)bytes, (size_t)used);
		if (out + (size_t)used > TEXT_FOLD_BYTES)
			break;
		if (sign)
			dst[out++] = ' ';
		else {
			memcpy(dst + out, bytes, (size_t)used);
			out += (size_t)used;
		}
	}
	return out;
}

bool
naming_look_alike(const struct naming_looks *a, const struct naming_looks *b)
{
	unsigned i, k;

	for (i = 0; i < a->n; i++)
		for (k = 0; k < b->n; k++)
			if (memcmp(a->look[i], b->look[k], NAMING_LOOK) == 0)
				return true;
	return false;
}

static bool
looks_reserved(const struct naming *n, const struct naming_looks *looks)
{
	size_t i;

	for (i = 0; i < RESERVED; i++)
		if (naming_look_alike(looks, &n->reserved[i]))
			return true;
	return false;
}

static bool
word_is_reserved(const struct naming *n, const char *word, size_t len)
{
	struct naming_looks looks;

	if (len < RESERVED_BYTES)
		return false;
	naming_look(n, word, len, &looks);
	return looks_reserved(n, &looks);
}

/* Signs around the word, or within, do not change it. The looks of a text
 * without signs are known already. */
static bool
bare_is_reserved(const struct naming *n, const char *text, size_t len)
{
	char word[TEXT_FOLD_BYTES];
	size_t spelt = spell(n, text, len, false, word), out = 0, i;

	if (spelt == len && memcmp(word, text, len) == 0)
		return false;
	for (i = 0; i < spelt; i++)
		if (word[i] != ' ')
			word[out++] = word[i];
	return word_is_reserved(n, word, out);
}

/* Nor do other words beside it. */
static bool
part_is_reserved(const struct naming *n, const char *text, size_t len,
    bool strict)
{
	char words[TEXT_FOLD_BYTES];
	size_t spelt = spell(n, text, len, strict, words), at, end;

	for (at = 0; at < spelt; at = end + 1) {
		for (end = at; end < spelt && words[end] != ' '; end++)
			continue;
		if (end - at < spelt &&
		    word_is_reserved(n, words + at, end - at))
			return true;
	}
	return false;
}

static bool
has_reserved(const struct naming *n, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES];
	size_t fold_len = text_fold(fold, name, len);

	return part_is_reserved(n, name, len, false) ||
	    part_is_reserved(n, name, len, true) ||
	    part_is_reserved(n, fold, fold_len, false) ||
	    part_is_reserved(n, fold, fold_len, true);
}

/* Given the looks of the name. */
static bool
is_reserved(const struct naming *n, const char *name, size_t len,
    const struct naming_looks *looks)
{
	char fold[TEXT_FOLD_BYTES];
	size_t fold_len = text_fold(fold, name, len);

	return looks_reserved(n, looks) || bare_is_reserved(n, name, len) ||
	    bare_is_reserved(n, fold, fold_len);
}

bool
naming_is_reserved(const struct naming *n, const char *name, size_t len)
{
	struct naming_looks looks;

	naming_look(n, name, len, &looks);
	return is_reserved(n, name, len, &looks);
}

/* Letters may look like a slash: names of such do begin with them. Two are not
 * known as what they look like, a music sharp and a repeat mark. */
static bool
starts_as_sign(const struct naming *n, const char *name, size_t len)
{
	char made[SKELETON_BYTES];
	utf8proc_int32_t c;
	bool unsure = false;

	if (utf8proc_iterate((const utf8proc_uint8_t *)name,
	    (utf8proc_ssize_t)len, &c) <= 0)
		return false;
	if (c == 0x266f || c == 0x3033)
		return true;
	return !is_letter(c) && skeleton(n, name, len, made, &unsure) > 0 &&
	    memchr("~@#/", made[0], 4) != NULL;
}

/*
 * A sign that a name may have: of ASCII all but those that the screens draw
 * before a line, pictures, brackets and wide forms as Chinese has them, and
 * between two letters what some languages write there, as the dot of Gal·la
 * and the apostrophe of O’Neil. All others are too many to know what they look
 * like, or whether they can be seen at all.
 */
static bool
is_name_sign(const struct naming *n, int32_t c, bool between)
{
	if (c >= 0xff01 && c <= 0xff5e)
		c -= 0xff01 - '!';
	if (c < 0x80)
		return c != '!' && c != '*';
	/* Stars, suits and notes are no emoji, and liked. */
	if (is_emoji(c) || c == 0x2605 || c == 0x2606 ||
	    (c >= 0x2660 && c <= 0x266f) || (c >= 0x2600 && c <= 0x26ff &&
	    u_hasBinaryProperty(c, UCHAR_EMOJI)) ||
	    (c >= 0x3008 && c <= 0x3011) || c == 0x0f0b)
		return true;
	return between && (uset_contains(n->inner, c) ||
	    c == 0x2018 || c == 0xb4);
}

/* Small capitals and the like: letters of phonetics, which read as others. What
 * a language writes has two cases where its writing is rare. */
static bool
is_odd_letter(const struct naming *n, int32_t c)
{
	UErrorCode error = U_ZERO_ERROR;

	return uscript_getScript(c, &error) == USCRIPT_LATIN &&
	    !uset_contains(n->usual, c) && u_tolower(c) == u_toupper(c);
}

/* A mark of a writing, or an accent of many; those of music and mathematics can
 * hardly be seen. */
static bool
is_wordy(int32_t c)
{
	UErrorCode error = U_ZERO_ERROR;
	UScriptCode script;

	if ((U_GET_GC_MASK(c) & (U_GC_MN_MASK | U_GC_MC_MASK)) == 0)
		return is_letter(c);
	script = uscript_getScript(c, &error);
	return (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) ||
	    (c >= 0x3099 && c <= 0x309a) || (c >= 0x64b && c <= 0x655) ||
	    (script != USCRIPT_INHERITED && script != USCRIPT_COMMON);
}

/* The dot of an i that has one: nobody sees it. */
static bool
is_second_dot(int32_t before, int32_t c)
{
	return c == 0x307 && u_hasBinaryProperty(before, UCHAR_SOFT_DOTTED);
}

/* Drawn as a colon, it makes the rest of the name what somebody says. What
 * languages write, as the visarga of Sanskrit, is no more than alike. */
static bool
is_false_colon(const struct naming *n, int32_t c)
{
	char made[SKELETON_BYTES], sign[4];
	bool unsure = false;
	size_t len;

	if (c < 0x80 || uset_contains(n->usual, c))
		return false;
	len = (size_t)utf8proc_encode_char(c, (utf8proc_uint8_t *)sign);
	return skeleton(n, sign, len, made, &unsure) == 1 && made[0] == ':';
}

/* Has the name such a sign, or has what it folds to such a letter? */
static bool
has_sign(const struct naming *n, const char *name, size_t len,
    const char *fold, size_t fold_len)
{
	int32_t chars[TEXT_FOLD_BYTES];
	utf8proc_ssize_t i, count;

	count = utf8proc_decompose((const utf8proc_uint8_t *)name,
	    (utf8proc_ssize_t)len, chars, TEXT_FOLD_BYTES, 0);
	for (i = 0; i < count; i++)
		if ((i > 0 && is_second_dot(chars[i - 1], chars[i])) ||
		    is_false_colon(n, chars[i]) ||
		    (!is_wordy(chars[i]) && !is_name_sign(n, chars[i],
		    i > 0 && i + 1 < count && is_wordy(chars[i - 1]) &&
		    is_wordy(chars[i + 1]))))
			return true;
	count = utf8proc_decompose((const utf8proc_uint8_t *)fold,
	    (utf8proc_ssize_t)fold_len, chars, TEXT_FOLD_BYTES, 0);
	for (i = 0; i < count && i < TEXT_FOLD_BYTES; i++)
		if (is_letter(chars[i]) && is_odd_letter(n, chars[i]))
			return true;
	return false;
}

/* One that the tables here do not have, ICU's or those of text_fold: whether it
 * can be seen, and what it folds to, is known elsewhere. */
static bool
has_unassigned(const char *name, size_t len)
{
	const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)name;
	utf8proc_ssize_t left = (utf8proc_ssize_t)len, used;
	utf8proc_int32_t c;

	for (; left > 0; at += used, left -= used) {
		if ((used = utf8proc_iterate(at, left, &c)) <= 0)
			return true;
		if (u_charType(c) == U_UNASSIGNED ||
		    utf8proc_category(c) == UTF8PROC_CATEGORY_CN)
			return true;
	}
	return false;
}

/* Does ICU say so? It says so too when it had no memory to find out, and then
 * not twice. */
static bool
is_mixed(const struct naming *n, const char *name, size_t len, bool *unsure)
{
	UErrorCode error = U_ZERO_ERROR, again = U_ZERO_ERROR;

	if (uspoof_check2UTF8(n->spoof, name, (int32_t)len, NULL, &error) ==
	    0 && U_SUCCESS(error))
		return false;
	if (error == U_MEMORY_ALLOCATION_ERROR || uspoof_check2UTF8(n->spoof,
	    name, (int32_t)len, NULL, &again) == 0)
		*unsure = true;
	return true;
}

enum naming_error
naming_check(const struct naming *n, const char *name, size_t len)
{
	char fold[TEXT_FOLD_BYTES], made[SKELETON_BYTES];
	size_t fold_len = text_fold(fold, name, len), made_len;
	struct naming_looks looks;
	bool unsure = false, mixed;

	naming_look(n, name, len, &looks);
	made_len = skeleton(n, fold, fold_len, made, &unsure);
	mixed = is_mixed(n, name, len, &unsure);
	if (unsure || looks.unsure)
		return NAMING_NO_MEMORY;
	if (has_unassigned(name, len))
		return NAMING_SIGN;
	/* Some letters are drawn as dots and strokes. */
	if (!has_letter(fold, fold_len) || !has_letter(made, made_len))
		return NAMING_LETTER;
	if (starts_as_sign(n, name, len))
		return NAMING_START;
	if (is_reserved(n, name, len, &looks) || has_reserved(n, name, len))
		return NAMING_RESERVED;
	if (has_sign(n, name, len, fold, fold_len))
		return NAMING_SIGN;
	return mixed ? NAMING_MIXED : NAMING_OK;
}

/* ICU makes tables when it needs them first; having had no memory then, it
 * never tries again. So it needs them now, when we can still say so. */
static bool
warm_up(const struct naming *n)
{
	static const char *const good[] = { "alice", "Алиса", "小红", "😀" };
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (naming_check(n, good[i], strlen(good[i])) != NAMING_OK)
			return false;
	return true;
}

struct naming *
naming_new(void)
{
	UErrorCode error = U_ZERO_ERROR;
	struct naming *n;
	size_t i;

	if ((n = calloc(1, sizeof(*n))) == NULL)
		return NULL;
	n->spoof = uspoof_open(&error);
	if (U_SUCCESS(error)) {
		uspoof_setRestrictionLevel(n->spoof,
		    USPOOF_HIGHLY_RESTRICTIVE);
		uspoof_setChecks(n->spoof, USPOOF_RESTRICTION_LEVEL, &error);
		n->usual = uspoof_getRecommendedSet(&error);
		n->inner = uspoof_getInclusionSet(&error);
	}
	if (U_FAILURE(error)) {
		naming_free(n);
		errno = error == U_MEMORY_ALLOCATION_ERROR ? ENOMEM : ENOSYS;
		return NULL;
	}
	for (i = 0; i < RESERVED; i++) {
		naming_look(n, reserved[i], strlen(reserved[i]),
		    &n->reserved[i]);
		if (n->reserved[i].unsure) {
			naming_free(n);
			errno = ENOMEM;
			return NULL;
		}
	}
	if (!warm_up(n)) {
		naming_free(n);
		errno = ENOMEM;
		return NULL;
	}
	return n;
}
