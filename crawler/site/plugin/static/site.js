// What every page does better with a script; without it all works, too.
"use strict";
document.documentElement.classList.add("js");
