/** Entry of the agent console. */

import "../shared/app-shell-page.css";
import { followColourScheme } from "../shared/app-shell-theme";
import { useLocalIcons } from "../shared/icons";
import "./tandem-console";

useLocalIcons();
followColourScheme();
