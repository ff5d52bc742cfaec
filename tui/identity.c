/*
 * A person's key, out and in. Wipes whatever it has read.
 */
#include "tui/identity.h"

#include <errno.h>
#include <limits.h>
#include <readpassphrase.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/fingerprint.h"
#include "common/key_line.h"
#include "common/keys.h"
#include "common/lang.h"
#include "common/passphrase.h"
#include "common/text.h"
#include "tui/shared/store.h"

enum {
	EXIT_REFUSED = 3,
	TRIES = 3,
	INPUT_BYTES = 4 * KEY_LINE_BYTES	/* blanks around it */
};

static int
complain(int status, const char *what, const char *why)
{
	if (what != NULL)
		fprintf(stderr, "chat-tui: %s: %s\n", what, why);
	else
		fprintf(stderr, "chat-tui: %s\n", why);
	return status;
}

static int
complain_of(const char *path, enum keys_error error)
{
	return complain(EXIT_FAILURE, path, error == KEYS_SYSTEM ?
	    strerror(errno) : keys_reason(error));
}

/* At the terminal, whatever the standard input is; -1 to go on. */
static int
ask(const char *prompt, char *dst, size_t size)
{
	if (readpassphrase(prompt, dst, size, RPP_REQUIRE_TTY) != NULL)
		return -1;
	return complain(EXIT_FAILURE, NULL, errno == ENOTTY ? _("no terminal "
	    "to ask for the passphrase; -k FILE gives it") : strerror(errno));
}

static int
ask_passphrase(const char *prompt, char dst[PASSPHRASE_BYTES])
{
	char text[PASSPHRASE_BYTES + 1];
	int status = ask(prompt, text, sizeof(text));

	if (status == -1 && (strlen(text) >= PASSPHRASE_BYTES ||
	    !text_valid(text, strlen(text))))
		status = complain(EXIT_FAILURE, NULL, _("a passphrase is at "
		    "most 255 bytes of UTF-8"));
	if (status == -1)
		strlcpy(dst, text, PASSPHRASE_BYTES);
	sodium_memzero(text, sizeof(text));
	return status;
}

static int
read_passphrase(const char *file, char dst[PASSPHRASE_BYTES])
{
	enum keys_error error = passphrase_read(file, dst);

	return error == KEYS_OK ? -1 : complain_of(file, error);
}

/* Until it is twice the same; an empty one needs no second look. */
static int
choose_passphrase(char dst[PASSPHRASE_BYTES])
{
	char again[PASSPHRASE_BYTES] = "";
	int status;

	for (;;) {
		if ((status = ask_passphrase(_("Passphrase for the line "
		    "(empty: none): "), dst)) != -1 || *dst == '\0' ||
		    (status = ask_passphrase(_("Once more: "), again)) != -1 ||
		    strcmp(dst, again) == 0)
			break;
		complain(0, NULL, _("those are not the same"));
	}
	sodium_memzero(again, sizeof(again));
	return status;
}

static int
print_line(const struct noise_keypair *kp, const char *passphrase)
{
	char line[KEY_LINE_BYTES];
	uint8_t salt[KEY_LINE_SALT];
	int status = EXIT_SUCCESS;

	randombytes_buf(salt, sizeof(salt));
	if (key_line_put(line, kp, passphrase, strlen(passphrase), salt) !=
	    KEY_LINE_OK)
		return complain(EXIT_FAILURE, NULL, strerror(ENOMEM));
	/* No copy in a buffer that nobody wipes. */
	setvbuf(stdout, NULL, _IONBF, 0);
	if (printf("%s\n", line) < 0)
		status = complain(EXIT_FAILURE, NULL, strerror(errno));
	else if (*passphrase == '\0')
		complain(0, NULL, _("the line is in clear: whoever has it is "
		    "you"));
	sodium_memzero(line, sizeof(line));
	return status;
}

int
identity_export(const char *passphrase_file)
{
	char path[PATH_MAX], passphrase[PASSPHRASE_BYTES] = "";
	struct noise_keypair kp;
	enum keys_error error;
	int status;

	if (sodium_init() == -1)
		return complain(EXIT_FAILURE, NULL, _("no source of random "
		    "numbers"));
	if (!store_config(path, "identity"))
		return complain_of("identity", KEYS_SYSTEM);
	if ((error = keys_read(path, &kp)) != KEYS_OK)
		return error == KEYS_SYSTEM && errno == ENOENT ?
		    complain(EXIT_FAILURE, path, _("there is no key yet; the "
		    "first start makes one")) : complain_of(path, error);
	status = *passphrase_file != '\0' ? read_passphrase(passphrase_file,
	    passphrase) : choose_passphrase(passphrase);
	if (status == -1)
		status = print_line(&kp, passphrase);
	sodium_memzero(passphrase, sizeof(passphrase));
	sodium_memzero(&kp, sizeof(kp));
	return status;
}

/* What is on standard input up to its first line end, or as much as fits. */
static int
read_line(char text[INPUT_BYTES])
{
	size_t len = 0;
	ssize_t n;

	if (isatty(STDIN_FILENO))
		return ask(_("The line of --export-key: "), text, INPUT_BYTES);
	do {
		n = read(STDIN_FILENO, text + len, INPUT_BYTES - 1 - len);
		if (n == -1 && errno != EINTR)
			return complain(EXIT_FAILURE, _("standard input"),
			    strerror(errno));
		len += n > 0 ? (size_t)n : 0;
		text[len] = '\0';
	} while (n != 0 && len < INPUT_BYTES - 1 && strchr(text, '\n') ==
	    NULL);
	return -1;
}

/* By the file's passphrase, or if it needs one by what is typed. */
static int
open_line(struct noise_keypair *kp, const char *line, size_t len,
    const char *file)
{
	char passphrase[PASSPHRASE_BYTES] = "";
	enum key_line_error error;
	int status = -1, tries;

	if (*file != '\0' && (status = read_passphrase(file, passphrase)) !=
	    -1)
		return status;
	error = key_line_read(kp, line, len, passphrase, strlen(passphrase));
	for (tries = 0; error == KEY_LINE_SEALED && tries < TRIES &&
	    (status = ask_passphrase(_("Passphrase of the line: "),
	    passphrase)) == -1; tries++) {
		error = key_line_read(kp, line, len, passphrase,
		    strlen(passphrase));
		if (error == KEY_LINE_WRONG && tries + 1 < TRIES) {
			complain(0, NULL, _("that is not the passphrase"));
			error = KEY_LINE_SEALED;
		}
	}
	sodium_memzero(passphrase, sizeof(passphrase));
	if (status != -1 || error == KEY_LINE_OK)
		return status;
	if (error == KEY_LINE_FORMAT)
		return complain(EXIT_FAILURE, _("standard input"), _("no line "
		    "of --export-key, or not all of it"));
	if (error == KEY_LINE_MEMORY)
		return complain(EXIT_FAILURE, NULL, strerror(ENOMEM));
	return complain(EXIT_REFUSED, NULL, _("that is not the passphrase, or "
	    "a letter of the line is wrong"));
}

/* There is a key already: this one, or it stays. */
static int
compare(const char *path, const struct noise_keypair *kp)
{
	char key[FINGERPRINT_TEXT];
	struct noise_keypair here;
	enum keys_error error = keys_read(path, &here);
	bool same;

	if (error != KEYS_OK)
		return complain_of(path, error);
	same = memcmp(here.public, kp->public, NOISE_KEY) == 0;
	sodium_memzero(here.secret, sizeof(here.secret));
	fingerprint_text(key, here.public);
	if (same) {
		printf(_("%s has this key already, %s.\n"), path, key);
		return EXIT_SUCCESS;
	}
	fprintf(stderr, _("chat-tui: %s has another key, %s, and stays as it "
	    "is. To put that aside first: mv %s %s.old\n"), path, key, path,
	    path);
	return EXIT_REFUSED;
}

static int
keep(const struct noise_keypair *kp)
{
	char path[PATH_MAX], rooms[PATH_MAX], key[FINGERPRINT_TEXT];
	enum keys_error error;

	if (!store_make_config(path) || !store_config(path, "identity"))
		return complain_of(*path != '\0' ? path : "identity",
		    KEYS_SYSTEM);
	error = keys_write(path, kp);
	if (error == KEYS_SYSTEM && errno == EEXIST)
		return compare(path, kp);
	if (error != KEYS_OK)
		return complain_of(path, error);
	printf(_("%s has the key %s now.\n"), path, fingerprint_text(key,
	    kp->public));
	if (store_state(rooms, "rooms") && access(rooms, F_OK) == 0)
		puts(_("A chat-tui that runs goes on with its own until it is "
		    "started again."));
	return EXIT_SUCCESS;
}

int
identity_import(const char *passphrase_file)
{
	static const char blanks[] = " \t\r\n";
	char text[INPUT_BYTES], *line;
	struct noise_keypair kp;
	int status;

	if (sodium_init() == -1)
		return complain(EXIT_FAILURE, NULL, _("no source of random "
		    "numbers"));
	if ((status = read_line(text)) != -1)
		return status;
	line = text + strspn(text, blanks);
	status = open_line(&kp, line, strcspn(line, blanks), passphrase_file);
	sodium_memzero(text, sizeof(text));
	if (status == -1)
		status = keep(&kp);
	sodium_memzero(&kp, sizeof(kp));
	return status;
}
