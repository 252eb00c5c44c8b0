"""The pictures. Nothing else imports matplotlib, and this is imported when something is drawn."""

from course.extras import need

need("matplotlib", to="draw a picture", extra="lab")
