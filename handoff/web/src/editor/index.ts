/** Entry of the article editor. */

import "../shared/app-shell-page.css";
import { followColourScheme } from "../shared/app-shell-theme";
import { useLocalIcons } from "../shared/icons";
import "./tandem-editor";

useLocalIcons();
followColourScheme();
