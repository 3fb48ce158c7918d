/** Entry of the agent console. */

import "../shared/app-shell-page.css";
import { useSquareIcons } from "../shared/app-shell-icons";
import { followColourScheme } from "../shared/app-shell-theme";
import "./tandem-console";

useSquareIcons();
followColourScheme();
