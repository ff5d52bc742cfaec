/*
 * Giving up root. Run once by main, before the room is opened: every file is
 * made by whom it is to belong to.
 */
#include "server/owner.h"

#include <sys/stat.h>
#include <err.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "common/lang.h"

static void
take_user(struct owner *o, const struct passwd *pw)
{
	o->uid = pw->pw_uid;
	o->gid = pw->pw_gid;
	if (strlcpy(o->name, pw->pw_name, sizeof(o->name)) >=
	    sizeof(o->name) || strlcpy(o->home, pw->pw_dir,
	    sizeof(o->home)) >= sizeof(o->home))
		errx(1, _("-u: '%s' has too long a name"), pw->pw_name);
}

void
owner_find(struct owner *o, const char *user)
{
	const struct passwd *pw;

	memset(o, 0, sizeof(*o));
	if (user == NULL)
		return;
	errno = 0;
	if ((pw = getpwnam(user)) == NULL)
		errx(1, _("-u: there is no user '%s'"), user);
	take_user(o, pw);
	o->asked = true;
	if (geteuid() != 0 && geteuid() != o->uid)
		errx(1, _("-u: only root can become '%s'"), user);
}

/* The user of whom dir is; without a name it has no other groups. */
static void
owner_of(struct owner *o, const char *dir)
{
	const struct passwd *pw;
	struct stat st;

	if (stat(dir, &st) == -1)
		err(1, "%s", dir);
	memset(o, 0, sizeof(*o));
	if (st.st_uid == 0)
		return;
	if ((pw = getpwuid(st.st_uid)) != NULL) {
		take_user(o, pw);
	} else {
		o->uid = st.st_uid;
		o->gid = st.st_gid;
	}
}

/* The groups first: afterwards it may not. */
static void
drop(const struct owner *o)
{
	if ((o->name[0] != '\0' ? initgroups(o->name, o->gid) :
	    setgroups(0, NULL)) == -1 || setgid(o->gid) == -1 ||
	    setuid(o->uid) == -1)
		err(1, _("cannot become the user %ld"), (long)o->uid);
	if (setuid(0) == 0)
		errx(1, _("cannot become the user %ld"), (long)o->uid);
}

bool
owner_become(const struct owner *asked, const char *dir)
{
	struct owner o = *asked;

	if (geteuid() != 0)
		return true;
	if (!o.asked)
		owner_of(&o, dir);
	if (o.uid != 0)
		drop(&o);
	return o.uid != 0;
}
